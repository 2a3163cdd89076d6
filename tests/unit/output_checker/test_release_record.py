"""What a release record says, and that it is an RO-Crate: a flat graph in known words."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from output_checker.domain.ledger import LedgerHead
from output_checker.domain.output_file import snapshot_sha256
from output_checker.domain.release_record import release_record, sealed_files
from output_checker.domain.rerun import FileOutcome, Outcome, Rerun, RerunState
from tests.unit.output_checker.builders import (
    JUDGED_BY,
    NOON,
    REQUEST,
    a_file,
    a_request,
    a_review,
    agreed,
)

FINDING = {
    "rule": "threshold",
    "verdict": "review",
    "reason": "7 units stand behind the number",
    "cell": {"region": "north"},
    "where": "row 1",
}
RERUN = Rerun(
    rerun_id="c" * 32, request_id=REQUEST, project_id="labour", author="ada", turn=1,
    notebook="make.ipynb", files=(), seconds=60, asked_at=NOON, state=RerunState.DONE,
    image="sha256:1", ended_at=NOON, taken_turn=1,
    outcomes=(FileOutcome(position=0, outcome=Outcome.REPRODUCED),),
)  # fmt: skip


VIEW = {
    "id": "lfs", "version": "1.0.0", "sha256": "a" * 64, "view": "b" * 64,
    "file_sha256": "c" * 64, "source_sha256": "d" * 64,
}  # fmt: skip


@pytest.fixture(params=["whole", "view"])
def record(request):
    datasets = JUDGED_BY["datasets"] if request.param == "whole" else [VIEW]
    judged_by = {
        **JUDGED_BY,
        "datasets": datasets,
        "thresholds": {"threshold": 10, "rounding": None, "of": [1, 2]},
    }
    return release_record(
        a_request(judged_by=judged_by),
        agreed(files=(a_file(findings=(FINDING, FINDING)),), rerun=RERUN),
        ledger_head=LedgerHead(seq=9, entry_hash="e" * 64),
        started_at=NOON,
        retain_until=NOON,
    )


@pytest.fixture
def graph(record):
    return json.loads(record)["@graph"]


def test_it_names_request_assessment_authorisation_and_creation(graph):
    found = {one["@id"]: one["@type"] for one in graph}

    wanted = {
        "#request": "AskAction",
        "#assessment": "AssessAction",
        "#review-1-ben": "AssessAction",
        "#review-1-cat": "AssessAction",
        "#authorisation": "AuthorizeAction",
        "#rerun": "CreateAction",
        "#release": "CreateAction",
    }
    assert wanted.items() <= found.items()


@pytest.mark.parametrize("record", ["view"], indirect=True)
def test_it_leads_from_a_released_file_to_the_view_and_on_to_its_source(graph):
    entities = {one["@id"]: one for one in graph}
    [file] = [one for one in graph if one["@type"] == "File"]

    view = entities[file["isBasedOn"]["@id"]]
    source = entities[view["isBasedOn"]["@id"]]

    assert (view["sha256"], view["viewDigest"]) == (VIEW["file_sha256"], VIEW["view"])
    assert (source["identifier"], source["version"]) == ("lfs", "1.0.0")
    assert source["sha256"] == VIEW["source_sha256"]


def test_every_entity_is_there_once_and_every_reference_leads_to_one(graph):
    names = Counter(one["@id"] for one in graph)
    referred = [said["@id"] for one in graph for said in _references(one)]

    assert [name for name, count in names.items() if count > 1] == []
    assert referred
    assert [name for name in referred if name not in names and "://" not in name] == []


def test_it_is_flat(graph):
    for entity in graph:
        for value in entity.values():
            values = value if isinstance(value, list) else [value]
            assert not isinstance(value, list) or len(value) > 1
            for one in values:
                assert not isinstance(one, list)
                assert not isinstance(one, dict) or set(one) == {"@id"}


def test_each_word_that_the_crate_does_not_know_is_in_the_context(record):
    crate = json.loads(record)
    used = {word for one in crate["@graph"] for word in one}
    own = {"verdict", "group", "turn", "vote", "isBlind", "snapshotSha256", "requiredReviews",
           "madeTheFiles", "controls", "position", "threshold"}  # fmt: skip

    assert own & used <= set(crate["@context"][1])
    assert own <= used


def test_of_findings_it_has_rule_and_verdict_and_nothing_they_counted(graph, record):
    found = [one for one in graph if one["@id"].startswith("#finding-")]

    assert [(one["name"], one["value"]) for one in found] == [("threshold", "review")] * 2
    for words in (b"north", b"7 units", b"row 1"):
        assert words not in record


def test_settings_that_are_no_single_value_are_said_as_text(graph):
    found = {one["name"]: one["value"] for one in graph if one["@id"].startswith("#threshold-")}

    assert found == {"threshold": 10, "rounding": "not set", "of": '{"set":[1,2]}'}


def test_a_checker_who_did_not_approve_authorised_nothing():
    def who(*reviews):
        made = release_record(
            a_request(), agreed(*reviews), ledger_head=LedgerHead(seq=9, entry_hash="e" * 64),
            started_at=NOON, retain_until=NOON,
        )  # fmt: skip
        entities = {one["@id"]: one for one in json.loads(made)["@graph"]}
        return entities["#authorisation"].get("agent")

    other = replace(a_review("cat"), snapshot_sha256=snapshot_sha256([a_file(content=b"x")]))
    assert who(a_review("ben"), other) == {"@id": "#person-ben"}


def test_where_files_lie_can_be_read_from_it(record):
    [(key, sha256)] = sealed_files(record).items()

    assert key == f"labour/{REQUEST}/{sha256}/table0.csv"
    assert sha256 == a_file().sha256


def _references(entity):
    for value in entity.values():
        values = value if isinstance(value, list) else [value]
        yield from (one for one in values if isinstance(one, dict))
