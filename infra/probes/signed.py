"""Results that anybody can check and nobody can change: Ed25519 over their canonical JSON."""

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM: Final = "Ed25519"


class NotGenuine(Exception):
    """The result was changed, or another key signed it; the message says which."""


def new_key() -> str:
    """A private key, as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()  # fmt: skip


def public_key(private_pem: str) -> str:
    """The public key that belongs to a private one, as PEM."""
    return _private(private_pem).public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()  # fmt: skip


def sign(payload: Mapping[str, Any], private_pem: str) -> dict[str, Any]:
    """The payload with its signature and the public key that checks it."""
    signature = _private(private_pem).sign(canonical(payload))
    return {
        "payload": dict(payload),
        "algorithm": ALGORITHM,
        "signature": base64.b64encode(signature).decode(),
        "public_key": public_key(private_pem),
    }


def verify(document: Mapping[str, Any], trusted_pem: str | None = None) -> dict[str, Any]:
    """Check a signed result, with nothing else at hand.

    Args:
        document: As `sign` made it.
        trusted_pem: The installation's public key, kept from before. Without it, only that the
            result was not changed after whoever made it signed it.

    Returns:
        The payload.

    Raises:
        NotGenuine: It is not a signed result, was changed, or another key signed it.
    """
    try:
        signature = base64.b64decode(document["signature"], validate=True)
        stated = _public(document["public_key"])
        payload = dict(document["payload"])
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise NotGenuine("This is not a signed result of the probes.") from error
    if trusted_pem is not None and _raw(_public(trusted_pem)) != _raw(stated):
        raise NotGenuine("Another key signed this result.")
    try:
        stated.verify(signature, canonical(payload))
    except InvalidSignature as error:
        raise NotGenuine("This result was changed after it was signed.") from error
    return payload


def read(path: Path) -> dict[str, Any]:
    """A file's content as JSON.

    Raises:
        NotGenuine: It is not JSON.
    """
    try:
        return dict(json.loads(path.read_bytes()))
    except (ValueError, TypeError) as error:
        raise NotGenuine("This is not a signed result of the probes.") from error


def canonical(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _private(pem: str) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("not an Ed25519 key")
    return key


def _public(pem: str) -> Ed25519PublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("not an Ed25519 key")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes_raw()
