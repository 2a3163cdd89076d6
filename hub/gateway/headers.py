"""Which headers cross between a browser and a workspace.

To the workspace go the few that its server reads; from it none comes back: the type, the length
and the policy of an answer are the gateway's to say.
"""

from collections.abc import Mapping
from typing import Final

# Anything that says who the person is to the hub or to the gateway is left out, and so is what
# would make the workspace's server compress an answer or leave out a part of it.
_REQUEST: Final = frozenset({"accept", "accept-language", "content-type", "host", "origin",
                             "referer", "user-agent"})  # fmt: skip

# The gateway itself protects against forged requests (`forgery`). JupyterLab's server wants the
# same said twice; what is said is of no importance, since only the gateway can reach it.
_SAID_TWICE: Final = "0123456789abcdef0123456789abcdef"

_POLICY: Final = (
    "default-src 'self'; script-src {scripts}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
SECURITY: Final = {
    "Content-Security-Policy": _POLICY.format(scripts="'none'"),
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), display-capture=(), clipboard-write=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# Everything a sandboxed page needs to be JupyterLab, and not `allow-downloads`.
_SANDBOX: Final = (
    "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-popups "
    "allow-pointer-lock"
)


def page_security(nonce: str) -> dict[str, str]:
    """For JupyterLab's page: only its own programs run in it, and it cannot start a download."""
    # JupyterLab compiles its settings' schemas, hence 'unsafe-eval'.
    scripts = f"'self' 'unsafe-eval' 'nonce-{nonce}'"
    policy = f"{_POLICY.format(scripts=scripts)}; {_SANDBOX}"
    return {**SECURITY, "Content-Security-Policy": policy}


def to_workspace(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name.lower() in _REQUEST}
    kept["Accept-Encoding"] = "identity"
    kept["Cookie"] = f"_xsrf={_SAID_TWICE}"
    kept["X-XSRFToken"] = _SAID_TWICE
    return kept
