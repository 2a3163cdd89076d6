from dataclasses import replace
from datetime import timedelta

import pytest

from output_checker.domain.ledger import EMPTY, LedgerHead, hash_of, seal, verify
from tests.unit.output_checker.builders import NOON


def a_chain(length: int = 6) -> list:
    chain, head = [], EMPTY
    for number in range(length):
        entry = seal(
            head,
            at=NOON + timedelta(seconds=number),
            actor="ada",
            event="request.submit",
            subject=f"request:{number}",
            project="labour",
            details={"turn": number},
        )
        chain.append(entry)
        head = LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)
    return chain


def resealed(entry, **changes):
    changed = replace(entry, **changes)
    return replace(changed, entry_hash=hash_of(changed))


def test_an_untouched_chain_holds():
    assert verify(a_chain()) is None


def test_an_empty_chain_holds():
    assert verify([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "eve"},
        {"event": "request.approve"},
        {"subject": "request:9"},
        {"project": None},
        {"details": {"turn": 9}},
        {"at": NOON},
        {"previous_hash": "0" * 64},
        {"entry_hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_altered_entry_is_named(change):
    chain = a_chain()
    chain[3] = replace(chain[3], **change)

    assert verify(chain) == 4


def test_an_altered_entry_with_a_fresh_hash_breaks_the_next_one():
    chain = a_chain()
    chain[3] = resealed(chain[3], actor="eve")

    assert verify(chain) == 5


def test_a_deleted_entry_is_named():
    chain = a_chain()
    del chain[2]

    assert verify(chain) == 3


def test_a_deleted_entry_cannot_be_papered_over_by_renumbering():
    chain = a_chain()
    del chain[2]
    chain[2:] = [replace(entry, seq=entry.seq - 1) for entry in chain[2:]]

    assert verify(chain) == 3


def test_exchanged_entries_are_named():
    chain = a_chain()
    chain[1], chain[2] = replace(chain[2], seq=2), replace(chain[1], seq=3)

    assert verify(chain) == 2


def test_a_deleted_first_entry_is_named():
    assert verify(a_chain()[1:]) == 1


def test_a_cut_off_end_shows_where_an_anchor_was_written_down():
    chain = a_chain()
    anchors = {5: chain[4].entry_hash}

    assert verify(chain[:4]) is None
    assert verify(chain[:4], anchors=anchors) == 5
    assert verify(chain, anchors=anchors) is None


def test_a_wholly_rewritten_chain_contradicts_an_anchor():
    chain = a_chain()
    anchors = {5: chain[4].entry_hash}
    head, rewritten = EMPTY, []
    for entry in chain:
        forged = resealed(entry, actor="eve", previous_hash=head.entry_hash)
        rewritten.append(forged)
        head = LedgerHead(seq=forged.seq, entry_hash=forged.entry_hash)

    assert verify(rewritten) is None
    assert verify(rewritten, anchors=anchors) == 5


def test_a_gap_is_named_even_where_the_hashes_were_made_to_fit():
    chain = a_chain(3)
    jumped = resealed(chain[2], seq=5)

    assert verify([*chain[:2], jumped]) == 3


@pytest.mark.parametrize("value", [1.5, b"x", "a\x00b", "\ud800", {"deep": [1.5]}, NOON])
def test_what_a_database_might_spell_otherwise_is_not_sealed(value):
    with pytest.raises(ValueError, match="edger"):
        seal(
            EMPTY,
            at=NOON,
            actor="ada",
            event="e",
            subject="s",
            project=None,
            details={"value": value},
        )
