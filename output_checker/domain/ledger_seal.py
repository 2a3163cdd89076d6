"""Where the ledger's head is written down outside the database: names of sealed objects.

The object under a name is a checkpoint: the same head, signed, for whoever has it far from here.
"""

import json
import re
from collections.abc import Iterable
from typing import Final

from output_checker.domain.canonical import canonical_json
from output_checker.domain.ledger import LedgerHead

PREFIX: Final = "ledger-heads/"
_KEY: Final = re.compile(rf"{PREFIX}(\d{{12}})-([0-9a-f]{{64}})")


class NoCheckpoint(Exception):
    """Bytes that say no head."""


def key_of(head: LedgerHead) -> str:
    """The object's key says all; sorted by name they are sorted by line."""
    return f"{PREFIX}{head.seq:012d}-{head.entry_hash}"


def head_of(key: str) -> LedgerHead | None:
    found = _KEY.fullmatch(key)
    return LedgerHead(seq=int(found[1]), entry_hash=found[2]) if found else None


def signed_words(head: LedgerHead) -> bytes:
    """What is signed of a head."""
    return canonical_json({"ledger": {"seq": head.seq, "entry_hash": head.entry_hash}})


def checkpoint_of(head: LedgerHead, signature: bytes) -> bytes:
    """A head with the document that signs it; the same bytes for the same head and key."""
    return canonical_json({"head": json.loads(signed_words(head)), "signed": json.loads(signature)})


def read_checkpoint(content: bytes) -> tuple[LedgerHead, bytes]:
    """The head, and the document that claims to sign it.

    Raises:
        NoCheckpoint: The bytes are none.
    """
    try:
        said = json.loads(content)
        head = LedgerHead(
            seq=int(said["head"]["ledger"]["seq"]),
            entry_hash=str(said["head"]["ledger"]["entry_hash"]),
        )
        return head, canonical_json(said["signed"])
    except (ValueError, TypeError, KeyError):
        raise NoCheckpoint("It is no checkpoint of a ledger") from None


def anchors_from(heads: Iterable[LedgerHead]) -> dict[int, str]:
    """Hashes by sequence number; where two were sealed for one line, none can match."""
    anchors: dict[int, str] = {}
    for head in heads:
        if anchors.setdefault(head.seq, head.entry_hash) != head.entry_hash:
            anchors[head.seq] = ""
    return anchors
