"""Documents in which nothing runs, whatever the file says that they show."""

import re
from typing import Final

from fastapi import Request

# `allow-same-origin` gives the document its cookies and styles; scripts stay off, by the sandbox
# and by the policy both. Without it no picture loads and no page can be turned.
SANDBOX: Final = "allow-same-origin allow-forms"
_POLICY: Final = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    f"frame-ancestors 'self'; sandbox {SANDBOX}; form-action "
)
_HOST: Final = re.compile(r"[\w.-]+(:\d+)?|\[[\da-f:]+\](:\d+)?")
_PATH: Final = re.compile(r"[\w/-]+")


def inert_headers(request: Request) -> dict[str, str]:
    """A policy of its own, with forms that lead nowhere but to the document itself."""
    host, path = request.headers.get("host", ""), request.url.path
    is_plain = _HOST.fullmatch(host) and _PATH.fullmatch(path)
    return {
        "Content-Security-Policy": _POLICY + (f"{host}{path}" if is_plain else "'none'"),
        "X-Frame-Options": "SAMEORIGIN",
    }
