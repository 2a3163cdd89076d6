"""What a browser must bring back from the hub, sealed in a short-lived cookie.

The cookie is named after its state, so that two tabs signing in at once do not undo each
other, and is only sent to the address that the hub sends the browser back to.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

LIFE: Final = timedelta(minutes=10)
COOKIE_PREFIX: Final = "haven_sign_in_"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """One way to the hub and back.

    Attributes:
        verifier: PKCE secret; the hub was shown only its hash.
        next_path: Where on this site the browser was going.
    """

    state: str
    verifier: str
    next_path: str
    expires_at: float

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def cookie_name(state: str, *, is_https: bool) -> str:
    prefix = f"__Secure-{COOKIE_PREFIX}" if is_https else COOKIE_PREFIX
    return prefix + hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:16]


def begin(next_path: str, now: datetime) -> SignInState:
    return SignInState(
        state=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        next_path=next_path if is_our_path(next_path) else "/",
        expires_at=(now + LIFE).timestamp(),
    )


def seal(state: SignInState, key: bytes) -> str:
    content = base64.urlsafe_b64encode(json.dumps(asdict(state)).encode("utf-8"))
    return f"{content.decode('ascii')}.{_signature(content, key)}"


def unseal(sealed: str, key: bytes, *, state: str, now: datetime) -> SignInState | None:
    """Read a cookie back; None when it is not ours, is over, or belongs to another way."""
    content, _, signature = sealed.partition(".")
    encoded = content.encode("utf-8", "replace")
    expected = _signature(encoded, key)
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode("ascii")):
        return None
    found = SignInState(**json.loads(base64.urlsafe_b64decode(encoded)))
    same = hmac.compare_digest(found.state.encode("ascii"), state.encode("utf-8", "replace"))
    return found if same and now.timestamp() < found.expires_at else None


def is_our_path(path: str) -> bool:
    """Whether a browser sent there stays here: two slashes or a backslash lead elsewhere."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and all(" " < letter < "\x7f" and letter != "\\" for letter in path)
    )


def _signature(content: bytes, key: bytes) -> str:
    return hmac.new(key, b"haven sign-in:" + content, "sha256").hexdigest()
