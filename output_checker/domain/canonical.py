"""One spelling of a JSON value, so that equal values have equal hashes."""

import hashlib
import json


def canonical_json(value: object) -> bytes:
    """Spell a JSON value with sorted keys, no spaces, ASCII only.

    Raises:
        ValueError: The value holds a float that JSON has no word for.
        TypeError: The value is not JSON.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def sha256_of(value: object) -> str:
    return hashlib.sha256(canonical_json(value)).hexdigest()
