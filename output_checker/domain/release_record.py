"""The record sealed beside released files: what left, who agreed, by which rules.

An RO-Crate 1.1 metadata document. It names files, people and hashes; it holds none of
the data.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from output_checker.domain.canonical import canonical_json
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review, Vote

RECORD_NAME: Final = "ro-crate-metadata.json"
_PROFILE: Final = "https://w3id.org/ro/crate/1.1"


def object_key(project_id: str, file: OutputFile) -> str:
    return f"{project_id}/{file.request_id}/{file.sha256}/{file.name}"


def record_key(project_id: str, request_id: str, record_sha256: str) -> str:
    return f"{project_id}/{request_id}/{record_sha256}/{RECORD_NAME}"


def release_record(
    request: ReleaseRequest,
    files: Sequence[OutputFile],
    reviews: Sequence[Review],
    *,
    ledger_head: LedgerHead,
    started_at: datetime,
    retain_until: datetime,
) -> bytes:
    """Canonical JSON-LD, so that it has one hash.

    `reviews` are those of the released turn. With `ledger_head` the account's end, as it
    stood, can no longer be cut off unseen.
    """
    graph = [
        {
            "@id": RECORD_NAME,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _PROFILE},
        },
        _root(request, files, started_at=started_at, retain_until=retain_until),
        *(_file_entity(request, file) for file in files),
        *(_review_entity(review) for review in reviews),
        *_dataset_entities(request),
        _action(request, files, reviews),
        _instrument(request),
        _ledger_entity(ledger_head),
        *_people(request, reviews),
    ]
    return canonical_json({"@context": f"{_PROFILE}/context", "@graph": graph})


def record_sha256(record: bytes) -> str:
    return sha256_hex(record)


def _root(
    request: ReleaseRequest,
    files: Sequence[OutputFile],
    *,
    started_at: datetime,
    retain_until: datetime,
) -> dict[str, Any]:
    return {
        "@id": "./",
        "@type": "Dataset",
        "identifier": request.request_id,
        "name": f"Release {request.request_id} of project {request.project_id}",
        "description": request.context,
        "datePublished": started_at.isoformat(),
        "expires": retain_until.isoformat(),
        "author": {"@id": _person(request.author)},
        "hasPart": [{"@id": _file_id(file)} for file in files],
        "mentions": [{"@id": "#release"}, {"@id": "#ledger-head"}],
    }


def _file_entity(request: ReleaseRequest, file: OutputFile) -> dict[str, Any]:
    return {
        "@id": _file_id(file),
        "@type": "File",
        "identifier": object_key(request.project_id, file),
        "name": file.name,
        "contentSize": file.size_bytes,
        "sha256": file.sha256,
        "isBasedOn": [{"@id": one["@id"]} for one in _dataset_entities(request)],
        "verdict": file.verdict,
        "findings": [dict(finding) for finding in file.findings],
    }


def _dataset_entities(request: ReleaseRequest) -> list[dict[str, Any]]:
    """Every dataset that the project was granted: each file was judged against all of them."""
    return [
        {
            "@id": f"#dataset-{one['id']}-{one['version']}",
            "@type": "Dataset",
            "identifier": one["id"],
            "version": one["version"],
            "sha256": one["sha256"],
        }
        for one in request.judged_by["datasets"]
    ]


def _review_entity(review: Review) -> dict[str, Any]:
    return {
        "@id": f"#review-{review.turn}-{review.checker}",
        "@type": "Review",
        "author": {"@id": _person(review.checker)},
        "dateCreated": review.at.isoformat(),
        "reviewAspect": review.snapshot_sha256,
        "reviewRating": review.vote.value,
    }


def _action(
    request: ReleaseRequest,
    files: Sequence[OutputFile],
    reviews: Sequence[Review],
) -> dict[str, Any]:
    approvals = [review for review in reviews if review.vote is Vote.APPROVE]
    return {
        "@id": "#release",
        "@type": "CreateAction",
        "agent": [{"@id": _person(review.checker)} for review in approvals],
        "object": [{"@id": _file_id(file)} for file in files],
        "instrument": {"@id": "#engine"},
        "recipient": [{"@id": _person(name)} for name in request.recipients],
        "requiredReviews": request.required_reviews,
        "turn": request.turn,
        "snapshotSha256": request.snapshot_sha256,
        "policy": request.judged_by["policies"],
        "thresholds": request.judged_by["thresholds"],
    }


def _instrument(request: ReleaseRequest) -> dict[str, Any]:
    return {
        "@id": "#engine",
        "@type": "SoftwareApplication",
        "name": "Haven disclosure engine",
        "softwareVersion": request.judged_by["versions"],
    }


def _ledger_entity(head: LedgerHead) -> dict[str, Any]:
    return {
        "@id": "#ledger-head",
        "@type": "PropertyValue",
        "name": "ledger head",
        "value": head.entry_hash,
        "position": head.seq,
    }


def _people(request: ReleaseRequest, reviews: Sequence[Review]) -> list[dict[str, Any]]:
    names = {request.author, *request.recipients, *(review.checker for review in reviews)}
    return [{"@id": _person(name), "@type": "Person", "name": name} for name in sorted(names)]


def _person(username: str) -> str:
    return f"#person-{username}"


def _file_id(file: OutputFile) -> str:
    return f"{file.sha256}/{file.name}"
