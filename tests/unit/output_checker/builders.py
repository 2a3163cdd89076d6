"""Values with safe defaults, so that a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime

from output_checker.application.ports import Dataset, Project
from output_checker.domain.actor import Actor
from output_checker.domain.agreement import Agreement
from output_checker.domain.file_group import FileGroup
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.output_file import OutputFile, snapshot_sha256
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review, Vote, votes_on
from output_checker.domain.workflow import State
from registry.application.view_queries import Evidence

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROJECT = "labour"
REQUEST = "a" * 32
CONTENT = b"region,n\nnorth,120\n"

ADA = Actor(username="ada", member_of=frozenset({PROJECT}))
BEN = Actor(username="ben", checks=frozenset({PROJECT}))
CAT = Actor(username="cat", checks=frozenset({PROJECT}))
EVERYTHING = Actor(
    username="ada",
    is_auditor=True,
    is_admin=True,
    checks=frozenset({PROJECT}),
    member_of=frozenset({PROJECT}),
)
MEMBER_WHO_CHECKS = Actor(
    username="mo", checks=frozenset({PROJECT}), member_of=frozenset({PROJECT})
)
DORA = Actor(username="dora", overrides=frozenset({PROJECT}))
ERIK = Actor(username="erik", overrides=frozenset({PROJECT}))
OLGA = Actor(username="olga", signs_off=frozenset({(PROJECT, "labour-market")}))
MEMBER = Actor(username="mel", member_of=frozenset({PROJECT}))
AUDITOR = Actor(username="audrey", is_auditor=True)
ADMIN = Actor(username="root", is_admin=True)
STRANGER = Actor(username="zed", checks=frozenset({"other"}), member_of=frozenset({"another"}))


def a_file(position: int = 0, *, content: bytes = CONTENT, **changes: object) -> OutputFile:
    file = OutputFile(
        file_id=f"{position:032x}",
        request_id=REQUEST,
        turn=1,
        position=position,
        name=f"table{position}.csv",
        sha256=sha256_hex(content),
        size_bytes=len(content),
        verdict="pass",
        previews=({"kind": "table", "header": ["region", "n"], "rows": [["north", "120"]]},),
    )
    return replace(file, **changes)


JUDGED_BY = {
    "datasets": [{"id": "lfs", "version": "1.0.0", "sha256": "a" * 64}],
    "policies": ["sacro-10", "labour-rules"],
    "thresholds": {"threshold": 10},
    "versions": {"rules": "0" * 64},
}


def a_request(state: State = State.SUBMITTED, **changes: object) -> ReleaseRequest:
    request = ReleaseRequest(
        request_id=REQUEST,
        project_id=PROJECT,
        author="ada",
        created_at=NOON,
        updated_at=NOON,
        policy="sacro-10",
        state=state,
        groups=(FileGroup(context="Counts by region", controls="Rounded to 5"),),
        recipients=("ada",),
        verdict="pass",
        snapshot_sha256=snapshot_sha256([a_file()]),
        judged_by=JUDGED_BY,
    )
    return replace(request, **changes)


def a_review(checker: str = "ben", vote: Vote = Vote.APPROVE, **changes: object) -> Review:
    review = Review(
        request_id=REQUEST,
        turn=1,
        checker=checker,
        vote=vote,
        comment="",
        snapshot_sha256=snapshot_sha256([a_file()]),
        at=NOON,
        files=votes_on([a_file()], {a_file().file_id: vote}),
    )
    return replace(review, **changes)


def a_dataset(dataset_id: str = "labour-market", **changes: object) -> Dataset:
    dataset = Dataset(
        dataset_id=dataset_id,
        version="1.0.0",
        path=f"{dataset_id}/data.csv",
        sha256="0" * 64,
        policy="sacro-10",
        evidence=Evidence(
            path=f"{dataset_id}/data.csv",
            file_sha256="0" * 64,
            entity="person",
            identifiers=("person",),
            rows_of="0" * 64,
        ),
    )
    return replace(dataset, **changes)


def a_project(**changes: object) -> Project:
    project = Project(
        project_id=PROJECT,
        is_open=True,
        policy="sacro-10",
        members=("ada", "mel", "mo"),
        checkers=("ada", "ben", "cat", "mo"),
        datasets=(a_dataset(),),
    )
    return replace(project, **changes)


def agreed(*reviews: Review, **changes: object) -> Agreement:
    """What was said of the one file of a request; without more, two approvals."""
    said = reviews or (a_review("ben"), a_review("cat"))
    return replace(Agreement(files=(a_file(),), reviews=said), **changes)
