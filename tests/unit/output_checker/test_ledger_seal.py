import pytest

from output_checker.domain.ledger import LedgerHead
from output_checker.domain.ledger_seal import anchors_from, head_of, key_of

HEAD = LedgerHead(seq=7, entry_hash="a" * 64)


def test_a_head_is_read_back_from_its_key():
    assert head_of(key_of(HEAD)) == HEAD


@pytest.mark.parametrize(
    "key", ["", "ledger-heads/", "ledger-heads/7-aa", "releases/000000000007-" + "a" * 64]
)
def test_what_is_not_a_head_is_none(key):
    assert head_of(key) is None


def test_two_heads_for_one_line_match_no_ledger():
    other = LedgerHead(seq=7, entry_hash="b" * 64)

    assert anchors_from([HEAD, HEAD]) == {7: "a" * 64}
    assert anchors_from([HEAD, other])[7] not in {"a" * 64, "b" * 64}
