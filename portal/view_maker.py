"""The maker of views: `python -m portal.view_maker`.

The one process that reads datasets and writes views. It has no way out, no port, and neither the
store's keys nor anybody's outputs. SIGTERM ends it after the view that it has begun.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from pydantic import Field, SecretStr
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from output_checker.adapters import log as logging_setup
from output_checker.adapters.log import failure
from output_checker.adapters.settings import known_only, secrets_dir
from portal.clock import SystemClock
from portal.connections import database, new_key
from portal.ledger_lines import ledger_lines
from portal.settings import DatabaseSettings
from registry.adapters.database.unit_of_work import SqlUnitOfWork
from registry.adapters.views.maker import DuckDBMaker
from registry.application.make_views import check_views, make_views

log = structlog.get_logger()

LOOK_SECONDS: Final = 1.0
CHECK_SECONDS: Final = 24 * 3600.0
LETTERS_OF_SECRET: Final = 64


class MakerSettings(DatabaseSettings):
    """Environment variables named HAVEN_<FIELD>, or files of that name in the secrets' folder."""

    datasets_dir: Path
    views_dir: Path = Field(description="Where views are written; the datasets' `.views`")
    view_secret: SecretStr = Field(
        min_length=LETTERS_OF_SECRET, description="Hashes values in views: hexadecimal digits"
    )
    ready_file: Path = Path("/tmp/ready")  # noqa: S108 - the container's own, on a tmpfs

    @property
    def maker(self) -> DuckDBMaker:
        return DuckDBMaker(
            datasets_dir=self.datasets_dir,
            views_dir=self.views_dir,
            secret=bytes.fromhex(self.view_secret.get_secret_value()),
        )


def load() -> MakerSettings:
    """Raises: SystemExit for a variable nobody knows; ValidationError for a wrong one."""
    known_only(MakerSettings.model_fields)
    return MakerSettings(_secrets_dir=secrets_dir())


class ViewMaker:
    def __init__(self, settings: MakerSettings) -> None:
        self._settings = settings
        self._maker = settings.maker
        self._clock = SystemClock()
        self._engine: Engine
        self._engine, sessions = database(settings)
        lines, key = ledger_lines(self._clock), new_key()
        self._unit_of_work: Callable[[], SqlUnitOfWork] = lambda: SqlUnitOfWork(
            sessions, record_on=lines, key=key
        )
        self._stopping = threading.Event()
        self._checked_at = 0.0

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        log.info("maker of views started")
        while not self._stopping.is_set():
            self._look()
            self._stopping.wait(LOOK_SECONDS)
        self._settings.ready_file.unlink(missing_ok=True)
        self._engine.dispose()
        log.info("maker of views stopped")

    def _look(self) -> None:
        try:
            looked_at = make_views(self._unit_of_work, self._maker, self._clock)
            if looked_at:
                log.info("views made", views=looked_at)
            # At the start too: what lay there while nobody looked may have been changed.
            if not self._checked_at or time.monotonic() - self._checked_at > CHECK_SECONDS:
                changed = check_views(self._unit_of_work, self._maker, self._clock)
                self._checked_at = time.monotonic()
                log.info("views checked", changed=changed)
            self._settings.ready_file.touch()
        except (SQLAlchemyError, OSError) as error:
            # The database may be away, or the disk full: there is another look in a second.
            self._settings.ready_file.unlink(missing_ok=True)
            log.warning("views not made", **failure(error))


def main() -> int:
    logging_setup.configure()
    maker = ViewMaker(load())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: maker.stop())
    maker.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
