"""What releasing needs of the store, and of whoever signs what is put there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from output_checker.domain.ledger import LedgerHead


class ReleaseStore(Protocol):
    def put(self, key: str, content: bytes, *, content_type: str, retain_until: datetime) -> None:
        """Seal bytes under a key, once; the same bytes again change nothing.

        Raises:
            IntegrityLost: The key holds other bytes.
            DependencyUnavailable: The store did not answer.
        """

    def get(self, key: str, *, sha256: str) -> bytes:
        """Fetch sealed bytes.

        Raises:
            IntegrityLost: They are not the bytes that were sealed.
            DependencyUnavailable: The store did not answer.
        """


class SealedStore(ReleaseStore, Protocol):
    """The store as whoever examines it sees it; each method raises DependencyUnavailable, too."""

    def object_keys(self) -> Iterable[str]:
        """Of every object, those hidden behind a delete marker too."""

    def require_lock(self, key: str, retain_until: datetime) -> None:
        """Raises: StoreDoesNotLock, where an object may be changed before then."""


class Signer(Protocol):
    def sign(self, content: bytes) -> bytes:
        """A document with the signature and the public key that checks it.

        Raises:
            DependencyUnavailable: Whoever holds the key did not answer.
        """


class LedgerSeals(Protocol):
    """Heads of the ledger that nobody can change, delete or hide for a time.

    Each method raises DependencyUnavailable when the store does not answer.
    """

    def add(self, head: LedgerHead, checkpoint: bytes, *, retain_until: datetime) -> None: ...

    def has(self, head: LedgerHead) -> bool: ...

    def all(self) -> Iterable[LedgerHead]: ...
