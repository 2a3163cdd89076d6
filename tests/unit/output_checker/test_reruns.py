"""From a manifest that names a notebook to the files that its run made."""

# ruff: noqa: ARG002 - a fake takes all that its port is given

import json
from dataclasses import dataclass, field, replace

import pytest

from output_checker.application.follow_reruns import Following, follow_reruns
from output_checker.application.rerun_ports import Progress, Stopped
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers.artefacts import Document, Part, Text
from output_checker.domain.errors import DependencyUnavailable, InvalidManifest
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.manifest import parse
from output_checker.domain.rerun import RerunState
from output_checker.domain.terms import RerunRule, Terms
from output_checker.domain.workflow import Action, State
from tests.unit.output_checker.builders import ADA, BEN, CAT, CONTENT, PROJECT, a_project

NOTEBOOK = b'{"cells": []}'
FILES = [{"path": "a.csv"}, {"path": "make.ipynb", "role": "code"}]
SAME = CONTENT.replace(b"\n", b"\r\n")


def manifest(**changes):
    document = {
        "version": 1,
        "action": "submit",
        "files": FILES,
        "context": "Counts by region",
        "controls": "Rounded to 5",
        "notebook": "make.ipynb",
    } | changes
    return json.dumps({key: value for key, value in document.items() if value is not None}).encode()


@dataclass
class FakeRunner:
    """Runs nothing: a test says what became of a run."""

    ordered: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    said: Stopped | None = None
    broken: dict = field(default_factory=dict)

    def order(self, rerun, code, *, sources):
        self.ordered[rerun.rerun_id] = (dict(code), list(sources))

    def progress(self, rerun_id):
        if rerun_id in self.broken:
            raise self.broken[rerun_id]
        if rerun_id not in self.ordered:
            return None
        return self.states.get(rerun_id, Progress(state=RerunState.QUEUED))

    def stopped(self, rerun_id):
        return self.said

    def made(self, rerun_id, path):
        return self.files.get(path)

    def others(self, rerun_id, known):
        return len(self.files.keys() - set(known))

    def keep_only(self, rerun_ids):
        self.ordered = {key: one for key, one in self.ordered.items() if key in rerun_ids}


class PlainReading:
    def document(self, name, content):
        return Document(parts=(Part(artefact=Text(text=content.decode())),))

    def pixels(self, content):
        return None


@dataclass
class Rerunning:
    house: object
    runner: FakeRunner = field(default_factory=FakeRunner)
    tries: dict = field(default_factory=dict)
    troubles: list = field(default_factory=list)

    def look(self):
        following = Following(
            receiving=self.house.receiving,
            runner=self.runner,
            reading=PlainReading(),
            tries=self.tries,
        )
        follow_reruns(following, self.note)

    def note(self, rerun, tries, error):
        self.troubles.append((rerun.rerun_id, tries, type(error)))

    def end(self, state=RerunState.DONE, reason="", **files):
        self.runner.files = {name.replace("_", "."): content for name, content in files.items()}
        ended = Progress(state=state, reason=reason, image="sha256:1")
        self.runner.states = dict.fromkeys(self.runner.ordered, ended)
        self.look()

    @property
    def rerun(self):
        return [*self.house.world.reruns.values()][-1]

    def request(self, answer):
        return self.house.world.requests[answer["request_id"]]


@pytest.fixture
def house(house):
    house.outputs.workspace = {"a.csv": CONTENT, "make.ipynb": NOTEBOOK}
    return house


@pytest.fixture
def runs(house):
    return Rerunning(house)


def rule(house, rerun):
    house.world.projects[PROJECT] = a_project(terms=Terms(rerun=rerun, rerun_seconds=30))


@pytest.mark.parametrize("notebook", ["a.csv", "other.ipynb", "", 7, ["make.ipynb"]])
def test_a_manifest_names_one_of_its_code_files_as_the_notebook(notebook):
    with pytest.raises(InvalidManifest, match="notebook"):
        parse(manifest(notebook=notebook), max_files=20)


def test_a_manifest_without_a_notebook_has_none():
    assert parse(manifest(notebook=None), max_files=20).notebook is None
    assert parse(manifest(), max_files=20).notebook == "make.ipynb"


def test_where_it_advises_the_request_goes_to_review_at_once(house, runs):
    answer = house.send(manifest())

    assert answer["state"] == "submitted"
    assert (runs.rerun.state, runs.rerun.turn) == (RerunState.QUEUED, 1)
    assert "rerun.asked" in house.world.events()


def test_the_notebook_is_ordered_with_the_bytes_that_were_submitted(house, runs):
    house.send(manifest())
    house.outputs.workspace["make.ipynb"] = b"changed since"

    runs.look()

    assert [*runs.runner.ordered.values()] == [({"make.ipynb": NOTEBOOK}, ["labour-market"])]


def test_that_it_runs_is_seen(house, runs):
    house.send(manifest())
    runs.look()
    runs.runner.states = {runs.rerun.rerun_id: Progress(state=RerunState.RUNNING)}

    runs.look()

    assert runs.rerun.state is RerunState.RUNNING


def test_the_outcome_of_each_file_is_kept_and_the_ledger_has_counts_only(house, runs):
    answer = house.send(manifest())
    runs.look()
    runs.end(a_csv=b"region,n\nnorth,121\n", b_csv=b"more")

    assert [(one.outcome.value, one.different, one.units) for one in runs.rerun.outcomes] == [
        ("differs", 1, "lines")
    ]
    assert runs.rerun.extra == 1
    line = house.world.ledger[-1]
    assert (line.event, line.details["differs"], line.details["image"]) == (
        "rerun.ended", 1, "sha256:1",
    )  # fmt: skip
    assert runs.request(answer).state is State.SUBMITTED


def test_what_is_over_is_forgotten_outside(house, runs):
    house.send(manifest())
    runs.look()
    runs.end(a_csv=CONTENT)

    assert runs.runner.ordered == {}


@pytest.mark.parametrize("changes", [{"notebook": None}, {"context": ""}])
def test_what_is_not_submitted_with_a_notebook_is_not_run(house, changes):
    house.send(manifest(**changes))

    assert house.world.reruns == {}


def test_what_is_only_checked_is_run_and_stays_with_its_author(house, runs):
    answer = house.send(manifest(action="check"))
    runs.look()
    runs.end(a_csv=CONTENT)

    assert answer["message"] == "Checked, not submitted; its notebook is run again"
    assert runs.request(answer).state is State.DRAFT


def test_where_it_is_off_nothing_is_run(house):
    rule(house, RerunRule.OFF)

    assert house.send(manifest())["state"] == "submitted"
    assert house.world.reruns == {}


def test_where_it_is_required_a_request_without_a_notebook_stays_a_draft(house):
    rule(house, RerunRule.REQUIRE)

    answer = house.send(manifest(notebook=None))

    assert answer["state"] == "draft"
    assert "name it (notebook)" in answer["message"]


def test_where_it_is_required_the_files_of_the_run_become_those_of_the_request(house, runs):
    rule(house, RerunRule.REQUIRE)
    answer = house.send(manifest())
    assert (answer["state"], runs.request(answer).turn) == ("draft", 1)
    runs.look()

    # The reading here sees two texts, so the other line ends are equivalent.
    runs.end(a_csv=SAME)

    request = runs.request(answer)
    assert (request.state, request.turn) == (State.SUBMITTED, 2)
    taken = [file for file in house.world.files if file.turn == 2]
    assert [(file.name, file.sha256) for file in taken] == [
        ("a.csv", sha256_hex(SAME)), ("make.ipynb", sha256_hex(NOTEBOOK)),
    ]  # fmt: skip
    assert runs.rerun.taken_sha256 == request.snapshot_sha256
    assert house.checks.asked[-1][0] == ["make.ipynb"]
    assert house.world.events()[-4:] == [
        "request.take_rerun", "request.record_checks", "rerun.ended", "request.submit",
    ]  # fmt: skip


def test_where_it_is_required_and_a_file_differs_it_never_reaches_review(house, runs):
    rule(house, RerunRule.REQUIRE)
    answer = house.send(manifest())
    runs.look()
    runs.end(a_csv=b"region,n\nnorth,121\n")

    request = runs.request(answer)
    assert (request.state, request.turn) == (State.DRAFT, 1)
    assert "did not make 1 of 1 files the same" in request.message


def test_files_of_a_run_that_fail_the_rules_stay_with_their_author(house, runs):
    rule(house, RerunRule.REQUIRE)
    answer = house.send(manifest())
    runs.look()
    house.checks.verdicts = {"a.csv": Verdict.FAIL}
    runs.end(a_csv=SAME)

    request = runs.request(answer)
    assert (request.state, request.verdict, request.turn) == (State.DRAFT, "fail", 2)


def test_a_rule_that_becomes_stricter_in_review_keeps_the_request_from_approval(house):
    answer = house.send(manifest())
    rule(house, RerunRule.REQUIRE)

    house.vote(BEN, request_id=answer["request_id"])
    house.vote(CAT, request_id=answer["request_id"])

    assert house.world.requests[answer["request_id"]].state is State.REVIEW


@pytest.mark.parametrize(
    ("state", "reason"), [(RerunState.TIMED_OUT, ""), (RerunState.FAILED, "notebook")]
)
def test_a_run_without_an_end_has_no_outcomes(house, runs, state, reason):
    rule(house, RerunRule.REQUIRE)
    answer = house.send(manifest())
    runs.look()
    runs.runner.said = Stopped(cell=3, error="KeyError")
    runs.end(state=state, reason=reason, a_csv=CONTENT)

    assert (runs.rerun.state, runs.rerun.outcomes) == (state, ())
    assert runs.request(answer).state is State.DRAFT
    assert (runs.rerun.cell, runs.rerun.error) == (
        (3, "KeyError") if state is RerunState.FAILED else (0, "")
    )
    assert "KeyError" not in runs.request(answer).message


def test_a_request_that_moved_on_needs_no_run(house, runs):
    answer = house.send(manifest())
    runs.look()
    request = runs.request(answer)
    moved, _ = request.perform(Action.WITHDRAW, actor=ADA, at=house.clock.now())
    house.world.requests[request.request_id] = replace(moved, version=request.version + 1)

    runs.look()

    assert (runs.rerun.state, runs.rerun.reason) == (RerunState.FAILED, "moved_on")
    assert runs.runner.ordered == {}


def test_kept_bytes_that_are_gone_end_the_run_in_words(house, runs):
    house.send(manifest())
    house.outputs.quarantine.clear()

    runs.look()

    assert (runs.rerun.state, runs.rerun.reason) == (RerunState.FAILED, "bytes_lost")


def test_somebody_who_left_the_project_meanwhile_submits_nothing(house, runs):
    rule(house, RerunRule.REQUIRE)
    answer = house.send(manifest())
    runs.look()
    house.world.people["ada"] = replace(ADA, member_of=frozenset())
    runs.end(a_csv=SAME)

    assert runs.request(answer).state is State.DRAFT


def two_ordered(house, runs):
    """The ids of two runs, the first asked for first."""
    house.send(manifest(), "one.json")
    house.send(manifest(), "two.json")
    runs.look()
    return [*house.world.reruns]


def test_one_run_that_cannot_be_followed_keeps_no_other_waiting(house, runs):
    bad, good = two_ordered(house, runs)
    runs.runner.broken = {bad: RecursionError()}

    runs.end(a_csv=CONTENT)

    assert house.world.reruns[bad].is_open
    assert house.world.reruns[good].state is RerunState.DONE
    assert [*runs.runner.ordered] == [bad]
    assert runs.troubles == [(bad, 1, RecursionError)]


def test_a_run_that_fails_three_times_is_given_up(house, runs):
    rule(house, RerunRule.REQUIRE)
    answer = house.send(manifest())
    runs.look()
    runs.runner.broken = {runs.rerun.rerun_id: KeyError("state")}

    for _ in range(4):
        runs.look()

    assert (runs.rerun.state, runs.rerun.reason) == (RerunState.FAILED, "not_followed")
    assert [tries for _, tries, _ in runs.troubles] == [1, 2, 3]
    assert (runs.runner.ordered, runs.tries) == ({}, {})
    assert "could not be read" in runs.request(answer).message


def test_a_service_that_is_away_ends_the_look_and_no_run(house, runs):
    first, second = two_ordered(house, runs)
    runs.runner.ordered["f" * 32] = ({}, [])
    runs.runner.broken = {first: DependencyUnavailable("store")}

    with pytest.raises(DependencyUnavailable):
        runs.end(a_csv=CONTENT)

    assert house.world.reruns[first].is_open
    assert house.world.reruns[second].is_open
    assert [*runs.runner.ordered] == [first, second]
    assert runs.troubles == []
