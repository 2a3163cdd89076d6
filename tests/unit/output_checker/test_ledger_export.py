"""What is taken along of the ledger can be checked by whoever has it, and read by a SIEM."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from output_checker.domain.ledger import EMPTY, LedgerHead, seal
from output_checker.domain.ledger_export import (
    NotALine,
    as_line,
    as_ocsf,
    entry_of,
    verify_export,
)

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def chain(*events):
    head, made = EMPTY, []
    for event in events:
        made.append(
            seal(head, at=AT, actor="ada", event=event, subject="request:r1", project="p",
                 details={"turn": 1})
        )  # fmt: skip
        head = LedgerHead(seq=made[-1].seq, entry_hash=made[-1].entry_hash)
    return made


CHAIN = chain("request.submit", "review.recorded", "request.approve")


def there_and_back(entry):
    return entry_of(json.loads(json.dumps(as_line(entry))))


def test_a_line_comes_back_as_it_was():
    assert [there_and_back(one) for one in CHAIN] == CHAIN


def test_a_whole_export_is_whole():
    found = verify_export(map(there_and_back, CHAIN))

    assert (found.lines, found.broken_at, found.missing) == (3, None, 0)
    assert found.head.entry_hash == CHAIN[-1].entry_hash


@pytest.mark.parametrize(
    ("lines", "broken_at"),
    [
        ([CHAIN[0], replace(CHAIN[1], actor="bob"), CHAIN[2]], 2),
        ([CHAIN[0], CHAIN[2], CHAIN[1]], 2),
        ([CHAIN[0], chain("other", "review.recorded")[1], CHAIN[2]], 2),
        ([CHAIN[0], CHAIN[0]], 1),
    ],
    ids=["altered", "in another order", "of another chain", "twice"],
)
def test_an_export_that_was_tampered_with_says_at_which_line(lines, broken_at):
    assert verify_export(lines).broken_at == broken_at


def test_lines_that_a_filter_left_out_are_counted():
    found = verify_export([CHAIN[0], CHAIN[2]])

    assert (found.broken_at, found.missing) == (None, 1)


@pytest.mark.parametrize(
    "line",
    [None, [], {}, {"seq": 1}, as_line(CHAIN[0]) | {"more": 1}, as_line(CHAIN[0]) | {"at": "now"},
     as_line(CHAIN[0]) | {"at": "2026-11-23T09:30:00"}, as_line(CHAIN[0]) | {"seq": "1"}],
)  # fmt: skip
def test_what_is_no_line_is_refused_without_quoting_it(line):
    with pytest.raises(NotALine):
        entry_of(line)


@pytest.mark.parametrize(
    ("event", "activity", "status"),
    [
        ("request.submit", 3, 1),
        ("registry.dataset_added", 1, 1),
        ("request.viewed", 2, 1),
        ("registry.sign_in_refused", 3, 2),
        ("manifest.refused", 3, 2),
        ("request.refuse_release", 3, 2),
    ],
)
def test_a_siem_is_told_who_did_what_to_which_entity(event, activity, status):
    told = as_ocsf(chain(event)[0])

    assert (told["activity_id"], told["type_uid"]) == (activity, 300_400 + activity)
    assert told["status_id"] == status
    assert told["actor"]["user"]["name"] == "ada"
    assert told["entity"] == {"name": "request:r1", "type": "request", "uid": "r1"}
    assert told["time"] == int(AT.timestamp() * 1000)
