"""JSON lines that carry identifiers, counts and states, and nothing a dataset holds."""

import logging
import traceback
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

FIELDS: Final = frozenset(
    {
        "event", "level", "timestamp", "project", "username", "manifest", "request_id", "state",
        "error", "code", "where", "attempt", "seconds", "task", "part",
        "seq",
    }
)  # fmt: skip


class UnknownField(Exception):
    """A log line was given a field that is not on the list."""


def configure(*, strict: bool = False) -> None:
    """Log to standard output; an unlisted field is dropped, or raises when `strict`."""
    # Libraries quote statements and arguments; what matters of theirs is logged here.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_listed(strict=strict),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        cache_logger_on_first_use=False,
    )


def failure(error: BaseException) -> dict[str, str]:
    """Say what went wrong without its message: messages of databases quote values."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    code = str(getattr(error, "code", ""))
    return {"error": type(error).__name__, "code": code, "where": where}


def _only_listed(*, strict: bool) -> structlog.typing.Processor:
    def keep(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
        unlisted = fields.keys() - FIELDS
        if unlisted and strict:
            raise UnknownField(f"Not on the list of log fields: {sorted(unlisted)}")
        return {name: value for name, value in fields.items() if name in FIELDS}

    return keep
