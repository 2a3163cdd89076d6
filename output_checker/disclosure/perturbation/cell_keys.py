"""The cell key method: what is added to a count follows from who is counted.

Each unit has a record key; the cell key of a set of units is the sum of theirs modulo N, and the
perturbation table gives the change by count and cell key. So the same units always show the same
number, in whatever table, and other units, be it one more, another draw.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from typing import Final, TypeVar

from output_checker.disclosure.perturbation.p_table import PTable

SECRET_BYTES: Final = 32
_DIGEST_BYTES: Final = 8
_PURPOSE: Final = b"haven record key"

Name = TypeVar("Name", bound=Hashable)


def record_key(secret: bytes, unit: str, keys: int) -> int:
    """A number from 0 to `keys` - 1 that nobody can tell from the unit without the secret.

    Args:
        secret: The data owner's, the same for all versions of a dataset; `SECRET_BYTES` bytes.
        unit: What tells the unit from all others.

    Raises:
        ValueError: The secret has another length.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    digest = hashlib.blake2b(unit.encode(), digest_size=_DIGEST_BYTES, key=secret, person=_PURPOSE)
    return int.from_bytes(digest.digest()) % keys


def cell_key(record_keys: Iterable[int], keys: int) -> int:
    return sum(record_keys) % keys


def perturbed(
    counts: Mapping[Name, int], cell_keys: Mapping[Name, int], table: PTable
) -> dict[Name, int]:
    """The counts as they are shown; totals from the true totals, so parts need not add up."""
    return {name: count + table.change(count, cell_keys[name]) for name, count in counts.items()}
