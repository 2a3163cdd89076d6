"""Whatever one changes in a sealed account, verifying names a row at or before the change."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from output_checker.application.verify_ledger import verify_ledger
from output_checker.domain.canonical import canonical_json
from output_checker.domain.ledger import EMPTY, LedgerHead, seal, verify
from tests.unit.output_checker.builders import NOON
from tests.unit.output_checker.fakes import FakeUnitOfWork, World

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
details = st.dictionaries(text, values, max_size=4)


def chain_of(lines):
    chain, head = [], EMPTY
    for number, (actor, event, what) in enumerate(lines):
        entry = seal(
            head,
            at=NOON + timedelta(microseconds=number),
            actor=actor,
            event=event,
            subject="s",
            project=None,
            details=what,
        )
        chain.append(entry)
        head = LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)
    return chain


lines = st.lists(st.tuples(text, text, details), min_size=1, max_size=8)


@given(lines)
def test_a_sealed_account_verifies(found):
    assert verify(chain_of(found)) is None


@given(lines, st.data())
def test_a_change_anywhere_is_named(found, data):
    chain = chain_of(found)
    place = data.draw(st.integers(0, len(chain) - 1))
    field = data.draw(st.sampled_from(["actor", "event", "subject", "details"]))
    value = data.draw(details if field == "details" else text)
    assume(canonical_json(value) != canonical_json(getattr(chain[place], field)))
    chain[place] = replace(chain[place], **{field: value})

    assert verify(chain) == place + 1


@given(lines, st.data())
def test_any_other_order_is_named(found, data):
    chain = chain_of(found)
    order = data.draw(st.permutations(chain))
    assume(order != chain)

    first = next(n for n, (a, b) in enumerate(zip(chain, order, strict=True)) if a is not b)
    assert verify(order) == first + 1


@given(lines, st.data())
def test_a_missing_row_is_named(found, data):
    chain = chain_of(found)
    assume(len(chain) > 1)
    place = data.draw(st.integers(0, len(chain) - 2))
    del chain[place]

    assert verify(chain) == place + 1


def harmed(chain, data):
    """A chain with up to three lines changed, re-numbered, given another's hash or taken out."""
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(chain) - 1))
        match data.draw(st.sampled_from(["actor", "seq", "entry_hash", "gone"])):
            case "gone" if len(chain) > 1:
                del chain[place]
            case "seq":
                chain[place] = replace(chain[place], seq=data.draw(st.integers(1, 12)))
            case "entry_hash":
                other = data.draw(st.sampled_from(chain))
                chain[place] = replace(chain[place], entry_hash=other.entry_hash)
            case _:
                chain[place] = replace(chain[place], actor=data.draw(text))
    # As in the database, no two lines have one number.
    by_seq = {entry.seq: entry for entry in chain}
    return [by_seq[seq] for seq in sorted(by_seq)]


@given(lines, st.integers(2, 9), st.data())
def test_a_ledger_walked_in_spans_breaks_where_it_breaks_walked_whole(found, spans, data):
    world = World(ledger=harmed(chain_of(found), data))
    sealed = [
        LedgerHead(seq=one.seq, entry_hash=one.entry_hash)
        for one in data.draw(st.lists(st.sampled_from(chain_of(found)), max_size=2))
    ]
    uow = FakeUnitOfWork(world)

    whole = verify_ledger(uow, sealed)
    assert verify_ledger(uow, sealed, spans=spans) == whole
    assert whole.broken_at == verify(
        world.ledger, anchors={head.seq: head.entry_hash for head in sealed}
    )
