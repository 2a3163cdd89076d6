"""A re-run from the order to the release, with the real database, folder, readers and store."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text

from output_checker.adapters.sandbox_reading import SandboxReading
from output_checker.adapters.workspaces.reruns import RerunFolder
from output_checker.application.follow_reruns import Following, follow_reruns
from output_checker.application.receive import receive
from output_checker.application.release import release
from output_checker.application.submit import Words, submit_checked
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.rerun import RerunState
from output_checker.domain.workflow import State
from tests.integration.output_checker.conftest import submission
from tests.integration.output_checker.test_ledger import CLOCK

CONTENT = b"region,n\nnorth,120\n"
OTHER_LINE_ENDS = CONTENT.replace(b"\n", b"\r\n")


@pytest.fixture
def required(house, database):
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(
            text('UPDATE project SET release = \'{"rerun": "require"}\' WHERE project_id = :one'),
            {"one": house.project},
        )
    engine.dispose()
    return house


def follow(house):
    folder = house.folder / "reruns"
    follow_reruns(
        Following(
            receiving=house.receiving,
            runner=RerunFolder(folder=folder, max_file_bytes=1024**2),
            reading=SandboxReading(),
        ),
        _raise,
    )


def _raise(_rerun, _tries, error):
    raise error


def handed_in(house, **changes):
    house.write("a.csv", OTHER_LINE_ENDS)
    house.write("make.ipynb", b'{"cells": []}')
    document = submission("a.csv")
    document["files"].append({"path": "make.ipynb", "role": "code"})
    name = house.ask(document | {"notebook": "make.ipynb"} | changes)
    receive(house.receiving, project=house.project, username="ada", manifest_name=name)
    return house.answered(name)["request_id"]


def ran(house, content, state="done"):
    """What the hub does with each order that is there."""
    folder = house.folder / "reruns"
    for order in (folder / "orders").glob("*.json"):
        said = json.loads(order.read_text())
        assert (folder / "notebooks" / said["rerun_id"] / "make.ipynb").exists()
        made = folder / "outputs" / said["rerun_id"]
        made.mkdir()
        (made / "a.csv").write_bytes(content)
        body = {"state": state, "reason": "", "image": "sha256:1"}
        (folder / "states" / order.name).write_text(json.dumps(body))


def kept(house, request_id, turn):
    with house.uow() as uow:
        return uow.reruns.of(request_id, turn=turn)


def state_of(house, request_id):
    with house.uow() as uow:
        return uow.requests.get(request_id, visible_to=house.person("ada")).state


def test_the_bytes_that_are_released_are_those_of_the_run(required, boto):
    request_id = handed_in(required)
    follow(required)
    ran(required, CONTENT)
    follow(required)

    assert state_of(required, request_id) is State.SUBMITTED
    assert kept(required, request_id, 2).outcomes == kept(required, request_id, 1).outcomes
    for checker in ("ben", "cat"):
        required.vote(checker, request_id, turn=2)
    release(required.releasing, request_id=request_id)

    assert state_of(required, request_id) is State.RELEASED
    with required.uow() as uow:
        (output, _) = uow.files.of(request_id, turn=2)
        record = json.loads(uow.releases.get(request_id).record)
    assert output.sha256 == sha256_hex(CONTENT) != sha256_hex(OTHER_LINE_ENDS)
    graph = {one["@id"]: one for one in record["@graph"]}
    assert (graph["#rerun"]["madeTheFiles"], graph["#image"]["name"]) == (True, "sha256:1")
    assert graph[graph["#rerun"]["result"]["@id"]]["value"] == "reproduced"
    listed = boto.list_objects_v2(Bucket="releases", Prefix=f"{required.project}/{request_id}/")
    names = [one["Key"] for one in listed["Contents"] if one["Key"].endswith("a.csv")]
    assert boto.get_object(Bucket="releases", Key=names[0])["Body"].read() == CONTENT


def test_a_crash_before_the_run_is_taken_loses_and_doubles_nothing(required, monkeypatch):
    request_id = handed_in(required)
    follow(required)
    ran(required, CONTENT)
    checks = required.checks
    crash, checks.crash = RuntimeError("killed"), RuntimeError("killed")

    with pytest.raises(RuntimeError):
        follow(required)
    assert state_of(required, request_id) is State.DRAFT
    assert kept(required, request_id, 1).is_open
    checks.crash = None
    follow(required)

    assert str(crash) == "killed"
    assert state_of(required, request_id) is State.SUBMITTED
    assert [*(required.folder / "reruns" / "orders").iterdir()] == []


def test_a_run_that_makes_something_else_leaves_the_request_with_its_author(required):
    request_id = handed_in(required)
    follow(required)
    ran(required, b"region,n\nnorth,121\n")
    follow(required)

    rerun = kept(required, request_id, 1)
    assert state_of(required, request_id) is State.DRAFT
    assert [(one.outcome.value, one.different, one.units) for one in rerun.outcomes] == [
        ("differs", 1, "cells")
    ]
    assert rerun.ended_at is not None
    assert rerun.ended_at <= datetime.now(UTC)


def test_where_it_advises_the_outcome_is_kept_beside_the_request(house):
    request_id = handed_in(house)
    assert state_of(house, request_id) is State.SUBMITTED
    follow(house)
    ran(house, CONTENT)
    follow(house)

    rerun = kept(house, request_id, 1)
    assert (rerun.state, rerun.taken_turn) == (RerunState.DONE, None)
    assert [one.outcome.value for one in rerun.outcomes] == ["reproduced"]


def test_what_a_check_ran_again_is_submitted_when_its_author_asks(required):
    request_id = handed_in(required, action="check")
    follow(required)
    ran(required, CONTENT)
    follow(required)

    assert state_of(required, request_id) is State.DRAFT
    words = Words(turn=2, groups=[("what it shows", "how it is safe")], recipients=["ada"])
    submit_checked(
        required.uow(), CLOCK, request_id=request_id, words=words, actor=required.person("ada")
    )
    assert state_of(required, request_id) is State.SUBMITTED
    with required.uow() as uow:
        (output, _) = uow.files.of(request_id, turn=2)
    assert output.sha256 == sha256_hex(CONTENT)
