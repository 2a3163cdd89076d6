"""One spelling of a JSON value, so that equal values have equal hashes."""

import hashlib
import json
from typing import Final

# Made once: a ledger is millions of lines.
_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
)


def canonical_json(value: object) -> bytes:
    """Spell a JSON value with sorted keys, no spaces, ASCII only.

    Raises:
        ValueError: The value holds a float that JSON has no word for.
        TypeError: The value is not JSON.
    """
    return _ENCODER.encode(value).encode("ascii")


def sha256_of(value: object) -> str:
    return hashlib.sha256(canonical_json(value)).hexdigest()
