"""Indexes of dataset versions, kept in a folder in which nobody can read them without the key.

One file a column, encrypted and bound to what it is a column of. What cannot be opened is made
again: an index is never evidence of anything, only quicker than the dataset.
"""

import hashlib
import hmac
import io
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import duckdb
import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from output_checker.disclosure.index.recent import Recent

KEY_BYTES: Final = 32
# Hashes of texts are the database's own.
_FORM: Final = f"3 {duckdb.__version__}"
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Attributes: `key` has `KEY_BYTES` bytes; `folder` must exist, and is for nothing else."""

    folder: Path
    key: bytes
    recent: Recent = field(default_factory=Recent)

    def arrays(
        self, version: str, name: str, make: Callable[[], Sequence[NDArray[Any]]]
    ) -> list[NDArray[Any]]:
        """The arrays of a name, made and kept if they are not there.

        Args:
            version: Digest of the dataset's bytes.
        """
        purpose = f"{_FORM}\0{version}\0{name}".encode()
        path = self.folder / self._word(version.encode()) / self._word(purpose)
        try:
            return _unpacked(self._opened(path.read_bytes(), purpose))
        except (OSError, ValueError, InvalidTag):
            found = [*make()]
            # There may be more of it than one seal can close; then it is made each time.
            with suppress(OverflowError):
                self._write(path, self._closed(_packed(found), purpose))
            return found

    def _word(self, text: bytes) -> str:
        """A name for a file that tells nothing of what it stands for."""
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()[:32]

    def _closed(self, content: bytes, purpose: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, content, purpose)

    def _opened(self, content: bytes, purpose: bytes) -> bytes:
        """Raises: InvalidTag, ValueError."""
        whole = memoryview(content)
        return AESGCM(self.key).decrypt(whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], purpose)

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all. Where there is no room, the next check makes it again."""
        draft = path.with_name(f"{path.name}.{uuid4().hex}")
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(path)
        except OSError:
            # A folder in which nothing may be written does not let anything be taken away either.
            with suppress(OSError):
                draft.unlink()


def _packed(arrays: Sequence[NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    for one in arrays:
        np.save(file, one, allow_pickle=False)
    return file.getvalue()


def _unpacked(content: bytes) -> list[NDArray[Any]]:
    file = io.BytesIO(content)
    found = []
    while file.tell() < len(content):
        found.append(np.load(file, allow_pickle=False))
    return found
