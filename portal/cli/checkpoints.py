"""Signed heads of the ledger, for `haven ledger`: of this installation's store, or from a file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from output_checker.adapters.release_store.ledger_seals import S3LedgerSeals
from output_checker.adapters.signing import NotGenuine
from output_checker.adapters.signing import verify as verify_signature
from output_checker.domain.ledger import LedgerEntry, LedgerHead
from output_checker.domain.ledger_seal import NoCheckpoint, read_checkpoint, signed_words


def last_sealed(seals: S3LedgerSeals) -> bytes | None:
    """The newest checkpoint; None before there is one.

    Raises: DependencyUnavailable.
    """
    head = max(seals.all(), key=lambda one: one.seq, default=None)
    return None if head is None else seals.checkpoint(head)


def signed_head(checkpoint: bytes, public_pem: str | None) -> tuple[LedgerHead, str]:
    """The head that it signs, and the number of the key.

    Raises: NotGenuine.
    """
    try:
        head, document = read_checkpoint(checkpoint)
    except NoCheckpoint as error:
        raise NotGenuine(f"{error}.") from None
    return head, verify_signature(signed_words(head), document, public_pem)


def head_of_file(path: Path, key: Path | None) -> tuple[LedgerHead, str]:
    """As `signed_head`; raises OSError too, where a file cannot be read."""
    return signed_head(path.read_bytes(), None if key is None else key.read_text())


class Watched:
    """Lets lines pass, and notes whether the one that was signed is among them."""

    def __init__(self, head: LedgerHead | None) -> None:
        self._head = head
        self.is_seen = False

    def passing(self, entries: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
        for entry in entries:
            head = LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)
            self.is_seen = self.is_seen or head == self._head
            yield entry
