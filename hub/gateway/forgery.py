"""Protection against requests that another site makes in a person's browser.

JupyterLab's page reads a cookie and says it again in a header, which another site cannot do. The
gateway sets the cookie and compares, so a workspace's server has no cookie of its own to set.
"""

import hmac
import re
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

COOKIE: Final = "_xsrf"
HEADER: Final = "x-xsrftoken"
_READ: Final = frozenset({"GET", "HEAD"})
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,64}")


def is_forged(request: Request) -> bool:
    """Whether a request that changes something lacks the page's word."""
    if request.method in _READ:
        return False
    cookie, header = request.cookies.get(COOKIE, ""), request.headers.get(HEADER, "")
    known = _TOKEN.fullmatch(cookie) is not None
    return not (known and hmac.compare_digest(cookie.encode(), header.encode()))


def give_token(request: Request, response: Response, *, path: str, secure: bool) -> None:
    """Set the cookie where the browser has none yet."""
    if _TOKEN.fullmatch(request.cookies.get(COOKIE, "")):
        return
    # Readable by the page, which must say it again.
    response.set_cookie(COOKIE, secrets.token_urlsafe(32), path=path, samesite="lax", secure=secure)
