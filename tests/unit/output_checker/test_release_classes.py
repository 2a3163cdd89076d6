"""Classes of releases: named or found, and each with terms that are only ever stricter."""

import json
from datetime import timedelta

import pytest

from output_checker.application.release import release
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers.kinds import KINDS
from output_checker.domain.errors import InvalidManifest
from output_checker.domain.manifest import parse
from output_checker.domain.release_class import (
    OF_NO_CLASS,
    ReleaseClass,
    by_default,
    implied,
)
from output_checker.domain.terms import ClassTerms, Terms
from output_checker.domain.workflow import State
from portal.cli import release_file
from registry.domain.release_terms import CLASSES
from tests.unit.output_checker.builders import BEN, CAT, NOON, PROJECT, a_project

STRICT = {
    ReleaseClass.MODEL: ClassTerms(reviews=3, link_days=2, retention_days=900),
    ReleaseClass.INTERNAL: ClassTerms(link_days=60, retention_days=1),
}


def asked(*paths, **changes):
    return json.dumps(
        {
            "version": 1,
            "action": "submit",
            "files": [{"path": path} for path in paths],
            "context": "Counts by region",
            "controls": "Rounded to 5",
        }
        | changes
    ).encode()


def sent(house, *paths, **changes):
    house.world.projects[PROJECT] = a_project(terms=Terms(classes=STRICT))
    for path in paths:
        house.outputs.workspace[path] = b"region,n\nnorth,120\n"
        house.checks.verdicts[path] = Verdict.PASS
    request_id = house.send(asked(*paths, **changes), name=f"{len(house.world.requests)}.json")[
        "request_id"
    ]
    return request_id, house.world.requests[request_id]


def released(house, request_id):
    house.vote(BEN, request_id=request_id)
    house.vote(CAT, request_id=request_id)
    state = release(house.releasing, request_id=request_id)
    return state, [one for one in house.world.links.values() if one.request_id == request_id]


def test_the_same_classes_are_known_everywhere():
    assert tuple(ReleaseClass) == CLASSES == release_file.CLASSES


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["a.csv", "b.XLSX"], ReleaseClass.TABLE),
        (["fit.onnx"], ReleaseClass.MODEL),
        (["a.py", "b.R"], ReleaseClass.CODE),
        (["a.csv", "plot.png"], ReleaseClass.PUBLICATION),
        (["paper.pdf"], ReleaseClass.PUBLICATION),
        (["a.arrow", "b.xlsm", "c.zsav", "d.xpt"], ReleaseClass.TABLE),
        (["trees.lgb"], ReleaseClass.MODEL),
        (["a.json"], ReleaseClass.PUBLICATION),
        (["a.html"], ReleaseClass.PUBLICATION),
        (["all.tar.gz"], ReleaseClass.PUBLICATION),
        ([".zip"], ReleaseClass.PUBLICATION),
        ([], ReleaseClass.PUBLICATION),
    ],
)
def test_a_class_that_is_not_named_follows_from_the_files(paths, found):
    assert by_default(paths) is found


def test_every_kind_of_file_that_can_be_read_has_a_class_or_is_named_as_having_none():
    suffixes = {suffix for kind in KINDS for suffix in kind.suffixes}
    classless = {suffix for suffix in suffixes if not implied([f"a{suffix}"])}

    assert classless == OF_NO_CLASS


@pytest.mark.parametrize("name", ["a.zip", "a.TAR", "v1.2.tar.gz", "a.tgz"])
def test_an_archive_is_under_the_terms_of_every_class(name):
    assert implied([name]) == set(ReleaseClass)


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson"])
def test_json_may_hold_a_table_or_a_model(name):
    assert implied([name]) == {ReleaseClass.TABLE, ReleaseClass.MODEL}


def test_a_page_is_under_the_terms_of_tables_too():
    assert implied(["a.html"]) == {ReleaseClass.TABLE, ReleaseClass.PUBLICATION}


def test_the_author_names_the_class(house):
    assert sent(house, "a.csv")[1].release_class is ReleaseClass.TABLE
    assert sent(house, "a.csv", **{"class": "internal"})[1].release_class is ReleaseClass.INTERNAL


@pytest.mark.parametrize("wrong", ["secret", "", 1, ["table"], "Table"])
def test_an_unknown_class_is_refused(wrong):
    with pytest.raises(InvalidManifest, match="class: must be one of"):
        parse(asked("a.csv", **{"class": wrong}), max_files=9)


def test_a_class_can_ask_for_more_checkers(house):
    request_id, _ = sent(house, "notes.txt", **{"class": "model"})

    state, links = released(house, request_id)

    assert (state, links) == (State.REVIEW, [])


def test_a_model_is_under_the_terms_of_models_whatever_it_is_called(house):
    assert implied(["fit.onnx", "a.csv"]) == {ReleaseClass.MODEL, ReleaseClass.TABLE}
    request_id, _ = sent(house, "fit.onnx", **{"class": "internal"})

    assert released(house, request_id)[0] is State.REVIEW


def test_links_end_sooner_and_locks_last_longer_and_never_the_other_way(house):
    house.world.projects[PROJECT] = a_project(terms=Terms(classes=STRICT))
    request_id, _ = sent(house, "notes.txt", **{"class": "internal"})
    state, links = released(house, request_id)

    assert state is State.RELEASED
    assert {one.expires_at for one in links} == {NOON + house.releasing.link_life}
    assert house.world.releases[request_id].retain_until == NOON + house.releasing.retention


def test_the_days_of_a_class_are_those_of_its_links_and_its_lock(house):
    days = ClassTerms(link_days=2, retention_days=900)
    request_id, _ = sent(house, "notes.txt", **{"class": "code"})
    house.world.projects[PROJECT] = a_project(terms=Terms(classes={ReleaseClass.CODE: days}))
    _, links = released(house, request_id)

    assert {one.expires_at for one in links} == {NOON + timedelta(days=2)}
    assert house.world.releases[request_id].retain_until == NOON + timedelta(days=900)


def test_of_several_classes_the_strictest_counts():
    both = Terms(
        classes={
            ReleaseClass.TABLE: ClassTerms(reviews=2, link_days=5),
            ReleaseClass.MODEL: ClassTerms(reviews=4, link_days=9, retention_days=7),
        }
    ).of(ReleaseClass)

    assert (both.reviews, both.link_days, both.retention_days) == (4, 5, 7)
