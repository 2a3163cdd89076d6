"""Whatever one changes in a sealed account, verifying names a row at or before the change."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from output_checker.domain.canonical import canonical_json
from output_checker.domain.ledger import EMPTY, LedgerHead, seal, verify
from tests.unit.output_checker.builders import NOON

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
