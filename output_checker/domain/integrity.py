"""Whether bytes are the bytes they are said to be."""

import hashlib
import hmac


def sha256_hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_intact(content: bytes, sha256: str) -> bool:
    return hmac.compare_digest(sha256_hex(content), sha256)
