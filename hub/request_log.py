"""One line a request in the hub's log: no headers, no query, nothing over several lines.

JupyterHub's own log prints all headers of a request that failed; here what went wrong is told by
the line before, and who asked by the name.
"""

import logging
from typing import Any

from jupyterhub.metrics import prometheus_log_method
from tornado.web import HTTPError

log = logging.getLogger("haven.requests")

CLIENT_ERROR, SERVER_ERROR = 400, 500
QUIET = ("/hub/health", "/hub/static/")


def log_request(handler: Any) -> None:
    """Write the line; called by the web server once an answer is complete."""
    status, request = handler.get_status(), handler.request
    milliseconds = 1000.0 * request.request_time()
    line = "%s %s %s (%s) %.0f ms"
    log.log(
        _level(status, request.path),
        line,
        status,
        request.method,
        request.path,
        _who(handler),
        milliseconds,
    )
    prometheus_log_method(handler)


def _level(status: int, path: str) -> int:
    if status >= SERVER_ERROR:
        return logging.ERROR
    if status >= CLIENT_ERROR:
        return logging.WARNING
    return logging.DEBUG if path.startswith(QUIET) else logging.INFO


def _who(handler: Any) -> str:
    try:
        user = handler.current_user
    except (HTTPError, RuntimeError):
        return "nobody"
    return str(getattr(user, "name", "nobody"))
