"""Supporting files and code: shown to checkers beside the outputs, and never released."""

import json

import pytest

from output_checker.application.collect import open_link
from output_checker.application.queries import request_page
from output_checker.application.record_view import open_review
from output_checker.application.release import release
from output_checker.disclosure.model import Verdict
from output_checker.domain.errors import Forbidden, IntegrityLost, NotFound
from output_checker.domain.file_group import FileGroup, FileRole
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.link import Link
from output_checker.domain.output_file import snapshot_sha256
from output_checker.domain.release_record import object_key
from output_checker.domain.review import Vote
from output_checker.domain.terms import Terms
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    ADA,
    BEN,
    CAT,
    CONTENT,
    DORA,
    MEMBER,
    NOON,
    PROJECT,
    REQUEST,
    a_file,
    a_project,
    a_request,
)
from tests.unit.output_checker.test_consent import let_pass

SECRET = b"age,n\n16,3\n"
SHOWN = [FileRole.SUPPORTING, FileRole.CODE]


def asked(*files, **changes):
    groups = [{"name": "Pay", "context": "Means by age", "controls": "Bands merged"}]
    document = {"version": 1, "action": "submit", "files": list(files), "groups": groups}
    return json.dumps(document | changes).encode()


OUTPUT = {"path": "a.csv", "group": "Pay"}
COUNTS = {"path": "counts.csv", "group": "Pay", "role": "supporting"}
CODE = {"path": "a.py", "group": "Pay", "role": "code"}


@pytest.fixture
def house(house):
    house.outputs.workspace = {"a.csv": CONTENT, "counts.csv": SECRET, "a.py": b"print(1)\n"}
    return house


def sent(house, *files):
    return house.send(asked(*(files or (OUTPUT, COUNTS, CODE))))


def test_what_is_only_shown_may_fail_and_the_outputs_go_to_review_all_the_same(house):
    house.checks.verdicts = {"counts.csv": Verdict.FAIL}

    answer = sent(house)

    assert (answer["state"], answer["verdict"]) == ("submitted", "pass")
    assert answer["report"]["files"][1]["verdict"] == "fail"


def test_what_is_only_shown_is_judged_apart_and_not_kept_as_published(house):
    house.checks.published = {
        "a.csv": [{"file": "a.csv", "source": "lfs"}],
        "counts.csv": [{"file": "counts.csv", "source": "lfs"}],
    }

    sent(house)

    assert [files for files, _, _ in house.checks.asked] == [["a.csv"], ["counts.csv", "a.py"]]
    assert house.checks.earlier == []
    kept = [one["file"] for tables in house.world.published.values() for one in tables]
    assert kept == ["a.csv"]


def release_all(house):
    request_id = sent(house)["request_id"]
    house.vote(BEN, request_id=request_id)
    house.vote(CAT, request_id=request_id)
    assert release(house.releasing, request_id=request_id) is State.RELEASED
    return request_id


def test_only_outputs_reach_the_store_and_the_recipients(house):
    request_id = release_all(house)

    stored = house.store.objects
    assert SECRET not in stored.values()
    assert b"print(1)\n" not in stored.values()
    assert len(stored) == 3
    assert all(sha256_hex(SECRET) not in key for key in stored)
    names = {file.file_id: file.name for file in house.world.files}
    assert [names[link.file_id] for link in house.world.links.values()] == ["a.csv"]
    graph = json.loads(house.world.releases[request_id].record)["@graph"]
    part = next(one for one in graph if one["@id"] == "./")["hasPart"]
    assert part["@id"].rpartition("/")[2] == "a.csv"
    shown = [one for one in graph if one["@type"] == "CreativeWork" and "sha256" in one]
    assert len(shown) == 2
    assert not any("name" in one for one in shown)


@pytest.mark.parametrize("role", SHOWN)
def test_there_is_no_place_in_the_store_for_what_is_only_shown(role):
    with pytest.raises(IntegrityLost):
        object_key(PROJECT, a_file(role=role))


@pytest.mark.parametrize("role", SHOWN)
def test_a_request_without_an_output_is_never_released(house, role):
    file = a_file(role=role)
    house.holds(a_request(snapshot_sha256=snapshot_sha256([file])), [file])
    house.vote(BEN, files={})

    assert house.vote(CAT, files={}).state is State.REVIEW


@pytest.mark.parametrize("role", SHOWN)
def test_a_file_that_was_reviewed_as_shown_only_cannot_become_an_output(house, role):
    outputs, shown = a_file(0), a_file(1, role=role, content=SECRET)
    reviewed = snapshot_sha256([outputs, shown])
    house.holds(a_request(snapshot_sha256=reviewed), [outputs, shown])
    house.vote(BEN)
    house.vote(CAT)
    house.world.files = [outputs, a_file(1, content=SECRET)]

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED
    assert house.store.objects == {}


@pytest.mark.parametrize("role", SHOWN)
def test_a_link_to_what_is_only_shown_leads_nowhere(house, role):
    request = a_request(State.RELEASED)
    house.holds(request, [a_file(role=role)])
    link = Link(
        link_id="1",
        request_id=REQUEST,
        project_id=PROJECT,
        file_id=a_file().file_id,
        recipient="ada",
        token_sha256=sha256_hex(b"t"),
        created_at=NOON,
        expires_at=NOON.replace(year=2027),
        allowed_downloads=1,
    )
    house.world.links["1"] = link

    with pytest.raises(NotFound):
        open_link(house.uow(), house.store, house.clock, token="t", actor=ADA)


def test_what_is_only_shown_is_not_voted_on_nor_overridden(house):
    house.world.projects[PROJECT] = a_project(terms=Terms(allows_override=True))
    shown = a_file(1, role=FileRole.SUPPORTING, verdict="fail", findings=({"rule": "threshold"},))
    files = [a_file(0), shown]
    house.holds(a_request(snapshot_sha256=snapshot_sha256(files)), files)

    house.vote(BEN, files={a_file(0).file_id: Vote.APPROVE})
    assert house.vote(CAT, files={a_file(0).file_id: Vote.APPROVE}).state is State.APPROVED
    house.world.requests[REQUEST] = a_request(State.REVIEW)
    with pytest.raises(Forbidden):
        let_pass(house, DORA, file_id=shown.file_id)


def test_checkers_see_the_groups_with_all_their_files_and_members_do_not(house):
    request_id = sent(house)["request_id"]

    page = open_review(house.uow(), house.clock, request_id=request_id, actor=BEN)

    assert page.request.groups == (
        FileGroup(name="Pay", context="Means by age", controls="Bands merged"),
    )
    assert [(file.name, file.role) for file in page.request.files] == [
        ("a.csv", FileRole.OUTPUT),
        ("counts.csv", FileRole.SUPPORTING),
        ("a.py", FileRole.CODE),
    ]
    assert request_page(house.uow(), request_id, MEMBER).groups == ()


def test_what_is_not_said_again_of_a_group_stays(house):
    request_id = sent(house)["request_id"]
    house.give_back(BEN, request_id=request_id)
    again = asked(
        OUTPUT, request_id=request_id, groups=[{"name": "Pay", "controls": "Rounded as well"}]
    )

    house.send(again, name="again.json")

    [group] = house.world.requests[request_id].groups
    assert (group.context, group.controls) == ("Means by age", "Rounded as well")


def test_the_hash_of_plain_files_is_what_it_was_before_there_were_roles():
    plain, shown = a_file(), a_file(role=FileRole.CODE)

    assert snapshot_sha256([plain]) != snapshot_sha256([shown])
    assert snapshot_sha256([plain]) != snapshot_sha256([a_file(group="Pay")])
    assert (
        snapshot_sha256([a_file(name="a.csv", content=b"x")])
        == "2f90daaccfa731f5cde652a9e0679ca257aa37d55978dbe4678c77804ecd1874"
    )
