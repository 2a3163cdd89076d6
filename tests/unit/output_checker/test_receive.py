import json

import pytest

from output_checker.application.receive import MAX_ATTEMPTS, receive
from output_checker.disclosure.errors import BadSource
from output_checker.disclosure.model import Verdict
from output_checker.domain.actor import Actor
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.review import Vote
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import BEN, CONTENT, a_dataset, a_project


def manifest(*paths, **changes):
    document = {
        "version": 1,
        "action": "submit",
        "files": [{"path": path} for path in paths],
        "context": "Counts by region",
        "controls": "Rounded to 5",
    } | changes
    return json.dumps(document).encode()


@pytest.fixture
def house(house):
    house.outputs.workspace = {"a.csv": CONTENT, "b.csv": b"x,1\n"}
    return house


def test_what_passes_goes_to_review(house):
    answer = house.send(manifest("a.csv"))

    assert (answer["state"], answer["verdict"]) == ("submitted", "pass")
    request = house.world.requests[answer["request_id"]]
    assert (request.author, request.recipients) == ("ada", ("ada",))
    assert [file.sha256 for file in house.world.files] == [sha256_hex(CONTENT)]
    assert house.world.events() == ["request.received", "request.record_checks", "request.submit"]


def test_what_needs_a_look_goes_to_review(house):
    house.checks.verdicts = {"a.csv": Verdict.REVIEW}

    assert house.send(manifest("a.csv"))["state"] == "submitted"


def test_one_failing_file_keeps_all_from_review(house):
    house.checks.verdicts = {"b.csv": Verdict.FAIL}

    answer = house.send(manifest("a.csv", "b.csv"))

    assert (answer["state"], answer["verdict"]) == ("draft", "fail")
    assert answer["report"]["files"][1]["findings"][0]["rule"] == "threshold"


def test_without_context_nothing_goes_to_review(house):
    answer = house.send(manifest("a.csv", context=""))

    assert answer["state"] == "draft"
    assert "context" in answer["message"]


def test_a_check_stays_a_draft(house):
    assert house.send(manifest("a.csv", action="check"))["state"] == "draft"


def test_a_dataset_that_cannot_be_used_is_answered_at_once_and_passes_nothing(house):
    house.checks.crash = BadSource("dataset people cannot be read")

    answer = house.send(manifest("a.csv"))

    assert answer["state"] == "draft"
    (finding,) = house.world.files[0].findings
    assert finding["verdict"] == "fail"
    assert finding["reason"] == (
        "dataset people cannot be read, so nothing can be checked against it; tell an administrator"
    )


@pytest.mark.parametrize("crash", [RuntimeError("row 7: QQ123456C"), MemoryError()], ids=str)
def test_an_engine_that_crashes_passes_nothing(house, crash):
    house.checks.crash = crash
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(type(crash)):
            house.send(manifest("a.csv"))

    answer = house.send(manifest("a.csv"))

    assert (answer["state"], answer["verdict"]) == ("draft", "fail")
    assert "QQ123456C" not in json.dumps(answer)
    assert len(house.world.requests) == 1


def test_a_check_that_was_interrupted_is_taken_up_in_the_same_request(house):
    house.checks.crash = RuntimeError()
    with pytest.raises(RuntimeError):
        house.send(manifest("a.csv"))
    house.checks.crash = None

    answer = house.send(manifest("a.csv"))

    assert answer["state"] == "submitted"
    assert len(house.world.requests) == 1


def test_a_verdict_on_other_bytes_than_the_snapshots_is_no_verdict(house):
    judged = house.checks._entry
    house.checks._entry = lambda file: _about_other_bytes(judged(file))

    answer = house.send(manifest("a.csv"))

    assert (answer["state"], answer["verdict"]) == ("draft", "fail")


def _about_other_bytes(entry):
    return type(entry).of(entry.file, "0" * 64, entry.findings, entry.previews)


def test_the_same_manifest_again_gets_the_same_answer_and_no_second_request(house):
    first = house.send(manifest("a.csv"))
    house.answers.answers.clear()

    assert house.send(manifest("a.csv")) == first
    assert len(house.world.requests) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not json", "not JSON"),
        (manifest("../a.csv"), "step up"),
        (manifest("a.csv", files=[]), "files"),
        (manifest("a.csv", files=[{"path": "a.csv", "dataset": "secret"}]), "not a dataset"),
        (manifest("a.csv", files=[{"path": "a.csv", "spec": {"rows": 3}}]), "rows"),
        (manifest("a.csv", files=[{"path": "a.csv", "spec": {"sql": "x"}}]), "unknown sql"),
        (manifest("a.csv", recipients=["nobody"]), "nobody here"),
        (manifest("a.csv", request_id="f" * 32), "no such request"),
        (manifest(action="withdraw", files=[], request_id="f" * 32), "no such request"),
    ],
    ids=[
        "not JSON",
        "path",
        "no files",
        "dataset",
        "spec",
        "key of a spec",
        "recipient",
        "request",
        "withdraw",
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_remembered(house, content, words):
    answer = house.send(content)

    assert answer["state"] == "refused"
    assert words in answer["message"]
    assert house.world.requests == {}
    assert house.world.events() == ["manifest.refused"]


def test_a_manifest_that_cannot_be_read_is_answered(house):
    receive(house.receiving, project="labour", username="ada", manifest_name="gone.json")

    assert house.answers.answers["gone.json"]["state"] == "refused"


@pytest.mark.parametrize("username", ["ben", "nobody"])
def test_only_members_ask(house, username):
    answer = house.send(manifest("a.csv"), username=username)

    assert answer["state"] == "refused"
    assert "not a member" in answer["message"]


def test_a_closed_project_lets_nothing_out(house):
    house.world.projects["labour"] = a_project(is_open=False)

    assert "closed" in house.send(manifest("a.csv"))["message"]


def test_somebody_elses_request_cannot_be_resubmitted(house):
    mine = house.send(manifest("a.csv"))["request_id"]
    house.vote(BEN, Vote.RETURN, request_id=mine)

    answer = house.send(manifest("a.csv", request_id=mine), name="n.json", username="mel")

    assert answer["state"] == "refused"


def test_a_request_of_another_project_is_not_there(house):
    mine = house.send(manifest("a.csv"))["request_id"]
    house.vote(BEN, Vote.RETURN, request_id=mine)
    house.world.projects["other"] = a_project(project_id="other", members=("ada",))
    house.world.people["ada"] = Actor(username="ada", member_of=frozenset({"labour", "other"}))
    house.outputs.manifests["n.json"] = manifest("a.csv", request_id=mine)
    receive(house.receiving, project="other", username="ada", manifest_name="n.json")

    assert "no such request in this project" in house.answers.answers["n.json"]["message"]


def test_a_returned_request_comes_back_as_a_new_turn_without_its_votes(house):
    request_id = house.send(manifest("a.csv"))["request_id"]
    house.give_back(BEN, request_id=request_id)

    answer = house.send(manifest("b.csv", request_id=request_id), name="n.json")

    request = house.world.requests[request_id]
    assert (answer["state"], request.turn) == ("submitted", 2)
    assert [f.name for f in house.world.files if f.turn == 2] == ["b.csv"]
    assert house.vote(BEN, request_id=request_id, turn=2).state is State.REVIEW


def test_submitted_files_cannot_be_exchanged_under_the_checkers(house):
    request_id = house.send(manifest("a.csv"))["request_id"]

    answer = house.send(manifest("b.csv", request_id=request_id), name="n.json")

    assert answer["state"] == "refused"
    assert [file.name for file in house.world.files] == ["a.csv"]


def test_a_withdrawal_is_answered(house):
    request_id = house.send(manifest("a.csv"))["request_id"]

    answer = house.send(manifest(action="withdraw", request_id=request_id), name="n.json")

    assert answer["state"] == "withdrawn"
    assert house.world.requests[request_id].state is State.WITHDRAWN


def test_the_dataset_a_file_names_comes_first_and_all_others_are_searched_too(house):
    house.world.projects["labour"] = a_project(datasets=(a_dataset("one"), a_dataset("two")))
    files = [{"path": "a.csv", "dataset": "two"}, {"path": "b.csv"}]

    house.send(manifest(files=files))

    assert house.checks.asked == [
        (["a.csv"], ["two", "one"], ("sacro-10",)),
        (["b.csv"], ["one", "two"], ("sacro-10",)),
    ]


def test_what_every_policy_with_a_say_asks_is_asked_at_once(house):
    datasets = (a_dataset(policy="strict"), a_dataset(dataset_id="two", policy="sacro-10"))
    house.world.projects["labour"] = a_project(datasets=datasets)

    house.send(manifest("a.csv"))

    assert [asked[2] for asked in house.checks.asked] == [("sacro-10", "strict")]


def test_a_picture_is_kept_for_the_people_who_must_look(house):
    house.outputs.workspace["plot.png"] = CONTENT

    house.send(manifest("plot.png"))

    [file] = house.world.files
    assert house.world.images == {(file.file_id, 0): CONTENT}


def test_the_picture_that_is_a_file_is_kept_as_it_is_whatever_its_reader_says(house):
    house.outputs.workspace["plot.png"] = CONTENT
    house.checks.picture = b"another one"

    house.send(manifest("plot.png"))

    assert [*house.world.images.values()] == [CONTENT]


def test_a_picture_within_a_file_is_kept_by_part_and_remembered_by_hash(house):
    house.checks.picture = b"drawn"

    house.send(manifest("a.csv"))

    [file] = house.world.files
    assert house.world.images == {(file.file_id, 0): b"drawn"}
    assert file.previews[0]["sha256"] == sha256_hex(b"drawn")
    assert "picture" not in file.previews[0]


def test_what_postgresql_cannot_hold_is_replaced(house):
    house.send(manifest("a.csv"))

    assert "\x00" not in json.dumps(house.world.files[0].previews)
    assert house.world.files[0].previews[0]["rows"] == [["1\ufffd"]]


def test_the_ledger_holds_no_file_names(house):
    house.send(manifest("a.csv"))

    assert "a.csv" not in repr(house.world.ledger)


def test_a_description_of_a_table_reaches_the_engine(house):
    spec = {"rows": ["region"], "aggregate": "count", "margins": True, "where": {"age": [1, 2]}}

    answer = house.send(manifest(files=[{"path": "a.csv", "spec": spec}]))

    assert answer["state"] == "submitted"


def test_a_whole_table_is_kept_by_part_and_not_with_the_first_rows(house):
    house.checks.whole = b"packed"

    house.send(manifest("a.csv"))

    (file,) = house.world.files
    assert house.world.tables == {(file.file_id, 0): b"packed"}
    assert "whole" not in file.previews[0]
