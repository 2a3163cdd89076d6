"""Where the ledger's head is written down outside the database: names of sealed objects."""

import re
from collections.abc import Iterable
from typing import Final

from output_checker.domain.ledger import LedgerHead

PREFIX: Final = "ledger-heads/"
_KEY: Final = re.compile(rf"{PREFIX}(\d{{12}})-([0-9a-f]{{64}})")


def key_of(head: LedgerHead) -> str:
    """The object's key says all; sorted by name they are sorted by line."""
    return f"{PREFIX}{head.seq:012d}-{head.entry_hash}"


def head_of(key: str) -> LedgerHead | None:
    found = _KEY.fullmatch(key)
    return LedgerHead(seq=int(found[1]), entry_hash=found[2]) if found else None


def anchors_from(heads: Iterable[LedgerHead]) -> dict[int, str]:
    """Hashes by sequence number; where two were sealed for one line, none can match."""
    anchors: dict[int, str] = {}
    for head in heads:
        if anchors.setdefault(head.seq, head.entry_hash) != head.entry_hash:
            anchors[head.seq] = ""
    return anchors
