"""Which headers cross between a browser and a workspace."""

from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie

# From the browser: what JupyterLab's server reads. Anything that says who the person is to the hub
# or to the gateway is left out.
_REQUEST = frozenset({
    "accept", "accept-encoding", "accept-language", "content-type", "host", "if-modified-since",
    "if-none-match", "origin", "range", "referer", "user-agent", "x-requested-with", "x-xsrftoken",
})  # fmt: skip
_RESPONSE = frozenset({
    "allow", "cache-control", "content-encoding", "content-length", "content-range",
    "content-type", "date", "etag", "expires", "last-modified", "location", "vary",
})  # fmt: skip

# Set here and not by the workspace, which may have been taken over by what runs in it.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-eval' 'unsafe-inline'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

# JupyterLab's own protection against forged requests; nothing else is the workspace's to set.
XSRF_COOKIE = "_xsrf"


def to_workspace(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name.lower() in _REQUEST}
    if xsrf := _cookies(headers.get("cookie", "")).get(XSRF_COOKIE):
        kept["Cookie"] = f"{XSRF_COOKIE}={xsrf}"
    return kept


def to_browser(
    headers: Mapping[str, str], set_cookies: Iterable[str], path: str, *, secure: bool = False
) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in headers.items() if name.lower() in _RESPONSE]
    tokens = (_cookies(text).get(XSRF_COOKIE) for text in set_cookies)
    flags = f"Path={path}; SameSite=Lax{'; Secure' if secure else ''}"
    cookies = [f"{XSRF_COOKIE}={token}; {flags}" for token in tokens if token]
    return kept + [("Set-Cookie", cookie) for cookie in cookies] + list(SECURITY.items())


def _cookies(text: str) -> dict[str, str]:
    try:
        return {name: morsel.coded_value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}
