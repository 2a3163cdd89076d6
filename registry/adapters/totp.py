"""Codes of authenticator apps (RFC 6238), their secrets encrypted wherever they are kept."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from registry.domain.second_factor import SecondFactor

STEP_SECONDS: Final = 30
DIGITS: Final = 6
_SECRET_BYTES: Final = 20
_NONCE_BYTES: Final = 12
_SKEW_STEPS: Final = 1


class TotpCodes:
    """SHA-1 and six digits are what every authenticator app understands.

    Args:
        key: Of the installation, at least 32 random bytes or letters.
    """

    def __init__(self, key: bytes, *, issuer: str = "Haven") -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"haven second factor").derive(key)
        self._cipher = AESGCM(derived)
        self._issuer = issuer

    def new_sealed(self, username: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        secret = secrets.token_bytes(_SECRET_BYTES)
        # The name is part of it: a row that is put under another name cannot be read.
        return nonce + self._cipher.encrypt(nonce, secret, username.encode())

    def shown(self, factor: SecondFactor) -> tuple[str, str]:
        secret = self._open(factor)
        address = _totp(secret).get_provisioning_uri(factor.username, self._issuer)
        return base64.b32encode(secret).decode("ascii"), address

    def step(self, factor: SecondFactor, code: str, at: datetime) -> int | None:
        typed = "".join(code.split()).encode("utf-8", "replace")
        totp, now = _totp(self._open(factor)), int(at.timestamp()) // STEP_SECONDS
        found = None
        for step in range(now - _SKEW_STEPS, now + _SKEW_STEPS + 1):
            if hmac.compare_digest(totp.generate(step * STEP_SECONDS), typed):
                found = step
        return found

    def _open(self, factor: SecondFactor) -> bytes:
        nonce, sealed = factor.sealed[:_NONCE_BYTES], factor.sealed[_NONCE_BYTES:]
        return self._cipher.decrypt(nonce, sealed, factor.username.encode())


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as the apps do
