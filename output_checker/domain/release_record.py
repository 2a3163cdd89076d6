"""The record sealed beside released files: what left, who agreed, by which rules.

An RO-Crate 1.1 metadata document: a flat graph, whose few terms of our own are in its context. It
names files, people and hashes; it holds none of the data.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from mimetypes import guess_type
from typing import Any, Final

from output_checker.domain.agreement import Agreement
from output_checker.domain.canonical import canonical_json
from output_checker.domain.errors import IntegrityLost
from output_checker.domain.file_group import FileGroup
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_actions import (
    Entity,
    actions,
    dataset_id,
    file_id,
    person,
    reference,
)
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review

RECORD_NAME: Final = "ro-crate-metadata.json"
SIGNATURE_SUFFIX: Final = ".sig"
_PROFILE: Final = "https://w3id.org/ro/crate/1.1"
# Words that the crate's own context does not have, under an address that nobody need fetch.
_TERMS: Final = "https://w3id.org/ro/terms/haven#"
_OWN_TERMS: Final = (
    "verdict", "group", "controls", "snapshotSha256", "vote", "isBlind", "requiredReviews", "turn",
    "madeTheFiles", "position", "threshold", "viewDigest",
)  # fmt: skip

_LICENCE: Final[Entity] = {
    "@id": "#terms-of-use",
    "@type": "CreativeWork",
    "name": "Terms of the project",
    "description": "For its recipients, under the terms on which the project was given the data.",
}


def object_key(project_id: str, file: OutputFile) -> str:
    """Where a released file lies in the store.

    Raises:
        IntegrityLost: The file is not one that may leave: there is no place for it.
    """
    if not file.may_leave:
        raise IntegrityLost(f"File {file.position + 1} is only shown: it has no place in a release")
    return f"{project_id}/{file.request_id}/{file.sha256}/{file.name}"


def record_key(project_id: str, request_id: str, record_sha256: str) -> str:
    return f"{project_id}/{request_id}/{record_sha256}/{RECORD_NAME}"


def signature_key(project_id: str, request_id: str, record_sha256: str) -> str:
    return f"{record_key(project_id, request_id, record_sha256)}{SIGNATURE_SUFFIX}"


def release_record(
    request: ReleaseRequest,
    agreement: Agreement,
    *,
    ledger_head: LedgerHead,
    started_at: datetime,
    retain_until: datetime,
) -> bytes:
    """Canonical JSON-LD, so that it has one hash.

    Of `agreement` it holds what counts for the released turn, overrides and sign-offs included.
    With `ledger_head` the account's end, as it stood, can no longer be cut off unseen.
    """
    files = agreement.outputs
    found = [one for file in files for one in _findings(file)]
    graph = [
        {
            "@id": RECORD_NAME,
            "@type": "CreativeWork",
            "about": reference("./"),
            "conformsTo": reference(_PROFILE),
        },
        _root(request, files, started_at=started_at, retain_until=retain_until),
        _LICENCE,
        *(_file_entity(request, file) for file in files),
        *found,
        *(_shown(file) for file in agreement.files if not file.may_leave),
        *(_group_entity(group, place) for place, group in enumerate(request.groups)),
        *actions(
            request,
            agreement,
            ended_at=started_at.isoformat(),
            results=[one["@id"] for one in found],
        ),
        *_dataset_entities(request),
        *_policy(request),
        *_instrument(request),
        _ledger_entity(ledger_head),
        *_people(request, agreement.decided(request.about), agreement),
    ]
    context = [f"{_PROFILE}/context", {word: f"{_TERMS}{word}" for word in _OWN_TERMS}]
    return canonical_json({"@context": context, "@graph": [_flat(one) for one in graph]})


def _flat(entity: Entity) -> Entity:
    """Without lists of one and empty ones, as RO-Crate 1.1 wants them."""
    said = {key: one[0] if isinstance(one, list) and len(one) == 1 else one
            for key, one in entity.items()}  # fmt: skip
    return {key: one for key, one in said.items() if one != []}


def sealed_files(record: bytes) -> dict[str, str]:
    """Where each released file lies in the store, with its SHA-256, as a record says it."""
    graph = json.loads(record)["@graph"]
    return {one["identifier"]: one["sha256"] for one in graph if one["@type"] == "File"}


def record_sha256(record: bytes) -> str:
    return sha256_hex(record)


def _shown(file: OutputFile) -> Entity:
    """What checkers saw beside the outputs. It is no part of the release: no name, no bytes."""
    return {
        "@id": f"#{file.role}-{file.position}",
        "@type": "CreativeWork",
        "group": file.group,
        "sha256": file.sha256,
    }


def _group_entity(group: FileGroup, place: int) -> Entity:
    return {
        "@id": f"#group-{place}",
        "@type": "Collection",
        "name": group.name,
        "description": group.context,
        "controls": group.controls,
    }


def _ledger_entity(head: LedgerHead) -> Entity:
    return {
        "@id": "#ledger-head",
        "@type": "PropertyValue",
        "name": "ledger head",
        "value": head.entry_hash,
        "position": head.seq,
    }


def _people(
    request: ReleaseRequest, reviews: Sequence[Review], agreement: Agreement
) -> list[Entity]:
    names = {request.author, *request.recipients, *(review.checker for review in reviews)}
    names |= {one.person for one in agreement.overrides}
    names |= {one.owner for one in agreement.sign_offs}
    return [{"@id": person(name), "@type": "Person", "name": name} for name in sorted(names)]


def _root(
    request: ReleaseRequest,
    files: Sequence[OutputFile],
    *,
    started_at: datetime,
    retain_until: datetime,
) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "identifier": request.request_id,
        "name": f"Release {request.request_id} of project {request.project_id}",
        "description": request.context or "Files released from a trusted research environment",
        "additionalType": request.release_class.value,
        "datePublished": started_at.isoformat(),
        "expires": retain_until.isoformat(),
        "author": reference(person(request.author)),
        "license": reference(_LICENCE["@id"]),
        "hasPart": [reference(file_id(file)) for file in files],
        "mentions": [
            reference(one)
            for one in ("#request", "#assessment", "#authorisation", "#release", "#ledger-head")
        ],
    }


def _file_entity(request: ReleaseRequest, file: OutputFile) -> Entity:
    return {
        "@id": file_id(file),
        "@type": "File",
        "identifier": object_key(request.project_id, file),
        "name": file.name,
        "contentSize": file.size_bytes,
        "encodingFormat": guess_type(file.name)[0] or "application/octet-stream",
        "sha256": file.sha256,
        "isBasedOn": [reference(dataset_id(one)) for one in request.judged_by["datasets"]],
        "group": file.group,
        "verdict": file.verdict,
    }


def _findings(file: OutputFile) -> list[Entity]:
    """Which rule said what, without its words: they count people, and nobody released them."""
    return [
        {
            "@id": f"#finding-{file.position}-{place}",
            "@type": "PropertyValue",
            "name": finding["rule"],
            "value": finding["verdict"],
            "about": reference(file_id(file)),
        }
        for place, finding in enumerate(file.findings)
    ]


def _dataset_entities(request: ReleaseRequest) -> list[Entity]:
    """Every dataset that the project was granted: each file was judged against all of them."""
    return [entity for one in request.judged_by["datasets"] for entity in _dataset(one)]


def _dataset(judged: dict[str, Any]) -> Iterator[Entity]:
    """A version; or a view, and the version that it was made from."""
    version = {
        "@type": "Dataset",
        "name": f"Dataset {judged['id']}, version {judged['version']}",
        "identifier": judged["id"],
        "version": judged["version"],
    }
    # What was judged before views were named has no word of them.
    if judged.get("view") is None:
        yield {**version, "@id": dataset_id(judged), "sha256": judged["sha256"]}
        return
    source = f"#source-{judged['id']}-{judged['version']}"
    yield {
        **version,
        "@id": dataset_id(judged),
        "name": f"A view of dataset {judged['id']}, version {judged['version']}",
        "sha256": judged["file_sha256"],
        "viewDigest": judged["view"],
        "isBasedOn": reference(source),
    }
    yield {**version, "@id": source, "sha256": judged["source_sha256"]}


def _policy(request: ReleaseRequest) -> list[Entity]:
    """The policies that it was judged by, and every number that they set."""
    thresholds = request.judged_by["thresholds"]
    return [
        {
            "@id": "#policy",
            "@type": "CreativeWork",
            "name": ", ".join(request.judged_by["policies"]),
            "threshold": [reference(f"#threshold-{name}") for name in sorted(thresholds)],
        },
        *(
            {
                "@id": f"#threshold-{name}",
                "@type": "PropertyValue",
                "name": name,
                "value": _said(thresholds[name]),
            }
            for name in sorted(thresholds)
        ),
    ]


def _instrument(request: ReleaseRequest) -> list[Entity]:
    versions = request.judged_by["versions"]
    return [
        {
            "@id": "#engine",
            "@type": "SoftwareApplication",
            "name": "Haven disclosure engine",
            "softwareVersion": ", ".join(f"{name} {versions[name]}" for name in sorted(versions)),
            "softwareRequirements": [reference(f"#version-{name}") for name in sorted(versions)],
        },
        *(
            {
                "@id": f"#version-{name}",
                "@type": "SoftwareApplication",
                "name": name,
                "softwareVersion": versions[name],
            }
            for name in sorted(versions)
        ),
    ]


def _said(value: object) -> str | int | float | bool:
    """A setting as one value: a graph that is flat has no place for more."""
    if isinstance(value, str | int | float | bool):
        return value
    return "not set" if value is None else canonical_json({"set": value}).decode()
