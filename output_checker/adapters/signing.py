"""Signatures of what is sealed: with a key from a file, or by a program that asks a vault.

Ed25519 over the bytes themselves, so that any library checks it. A signature is a small JSON
document that lies beside what it is of.
"""

import base64
import binascii
import json
import shlex
import subprocess
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from output_checker.domain.canonical import canonical_json
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.integrity import sha256_hex

ALGORITHM: Final = "Ed25519"
_SECONDS: Final = 30


class NotGenuine(Exception):
    """The bytes were changed, or another key signed them; the message says which."""


class KeySigner:
    """Signs with a private key in PEM."""

    def __init__(self, private_pem: str) -> None:
        key = serialization.load_pem_private_key(private_pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("the release key is not an Ed25519 key")
        self._key = key

    def sign(self, content: bytes) -> bytes:
        return _document(content, self._key.sign(content), self._key.public_key())


class CommandSigner:
    """Has a program sign, which holds no key here: a client of a key vault, a smart card.

    The program reads what is to be signed from its standard input and prints the signature in
    base64, within half a minute.
    """

    def __init__(self, command: str, public_pem: str) -> None:
        self._command = shlex.split(command)
        self._public = _public(public_pem)

    def sign(self, content: bytes) -> bytes:
        """Raises: DependencyUnavailable, also for a signature that is none."""
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own program
                self._command, input=content, capture_output=True, check=True, timeout=_SECONDS
            )
            signature = base64.b64decode(done.stdout.strip(), validate=True)
            self._public.verify(signature, content)
        except (OSError, subprocess.SubprocessError, binascii.Error, InvalidSignature):
            raise DependencyUnavailable("The signing program gave no signature") from None
        return _document(content, signature, self._public)


def verify(content: bytes, signature: bytes, trusted_pem: str | None = None) -> str:
    """Check bytes against the signature beside them.

    Args:
        content: As they were signed.
        signature: The document.
        trusted_pem: The installation's public key. Without it, only that nothing was changed
            after whoever made the signature signed it.

    Returns:
        The key's number, as people compare it: the first 16 digits of its SHA-256.

    Raises:
        NotGenuine: It is no signature of these bytes, or another key's.
    """
    try:
        said: dict[str, Any] = json.loads(signature)
        raw = base64.b64decode(said["signature"], validate=True)
        key = _public(said["public_key"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotGenuine("There is no signature that can be read.") from None
    if trusted_pem is not None and _number(_public(trusted_pem)) != _number(key):
        raise NotGenuine("Another key signed this.")
    try:
        key.verify(raw, content)
    except InvalidSignature:
        raise NotGenuine("This was changed after it was signed.") from None
    return _number(key)


def _document(content: bytes, signature: bytes, key: Ed25519PublicKey) -> bytes:
    return canonical_json({
        "algorithm": ALGORITHM,
        "key": _number(key),
        "public_key": _pem(key),
        "sha256": sha256_hex(content),
        "signature": base64.b64encode(signature).decode(),
    })  # fmt: skip


def _public(pem: str) -> Ed25519PublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("not an Ed25519 key")
    return key


def _pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _number(key: Ed25519PublicKey) -> str:
    return sha256_hex(key.public_bytes_raw())[:16]
