"""Which addresses of a workspace a browser may use. What is not listed is refused.

Left out on purpose: files/ (raw downloads), nbconvert/ (exports), terminals, view/, lab/api of the
extension and plugin managers, metrics, shutdown. What a researcher wants to take out goes through
the output checker.
"""

import re
from typing import Final
from urllib.parse import unquote

READ: Final = frozenset({"GET", "HEAD"})
WRITE: Final = READ | {"POST", "PUT", "PATCH", "DELETE"}

_ALLOWED: Final = tuple(
    (methods, re.compile(pattern))
    for methods, pattern in (
        (READ, r"(lab|lab/tree/.*|lab/workspaces/.*|lab/static/.*)?"),
        # By name: a folder of the researcher's own making must not be a way to download it.
        (READ, r"lab/extensions/jupyterlab_pygments/static/.*"),
        (READ, r"(static/.*|favicon\.ico|api/?)"),
        (WRITE, r"lab/api/(settings|workspaces)(/.*)?"),
        (READ, r"lab/api/(themes|translations|licenses|listings)(/.*)?"),
        (READ, r"api/(status|me|kernelspecs(/.*)?)"),
        (READ, r"kernelspecs/python3/logo-[^/]*"),
        (WRITE, r"api/(sessions|kernels)(/.*)?"),
        (WRITE, r"api/contents(/.*)?"),
        (WRITE, r"api/events(/.*)?"),
    )
)  # fmt: skip
_BACKWARDS: Final = re.compile(r"(^|/)\.\.?(/|$)|//|\\|\x00")


def allowed(method: str, path: str, query: str = "") -> bool:
    """Whether a browser may send this to a workspace.

    Args:
        method: HTTP method, in capitals; a websocket is a GET.
        path: What follows the workspace's base address, still percent-encoded.
        query: The raw query string.
    """
    plain = unquote(path)
    if _BACKWARDS.search(plain) or "%" in unquote(plain):
        return False
    # A notebook and a text open without base64; a dataset's file would leave whole with it.
    if "download" in query or "base64" in query:
        return False
    return any(method in methods and pattern.fullmatch(plain) for methods, pattern in _ALLOWED)
