"""Run queued jobs, and begin anew whenever the database went away in between."""

import asyncio
import threading
from collections.abc import Callable
from typing import Final

import procrastinate
import psycopg
import psycopg_pool
import structlog
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import OperationalError

from output_checker.adapters.log import failure
from output_checker.adapters.queue.jobs import QUEUE
from output_checker.domain.errors import DependencyUnavailable

log = structlog.get_logger()

STALLED_SECONDS: Final = 30.0
STOPPING_SECONDS: Final = 8.0
LONGEST_WAIT_SECONDS: Final = 5.0

_AWAY: Final = (
    ConnectorException,
    DependencyUnavailable,
    psycopg.Error,
    psycopg_pool.PoolTimeout,
    OperationalError,
    OSError,
)


class JobRunner:
    """One thread's work: a Procrastinate worker for as long as there is a database."""

    def __init__(
        self,
        app: procrastinate.App,
        *,
        catch_up: Callable[[], None],
        is_database_answering: Callable[[], bool],
    ) -> None:
        self._app = app
        self._catch_up = catch_up
        self._is_database_answering = is_database_answering
        self.is_running = False

    def run(self, stopping: threading.Event) -> None:
        """Until stopped; a job that has begun may end."""
        asyncio.run(self._run(stopping))

    async def _run(self, stopping: threading.Event) -> None:
        wait = min(0.5, LONGEST_WAIT_SECONDS)
        while not stopping.is_set():
            try:
                # A pool that begins without a database asks for it ever more seldom, and for
                # half a minute nobody hears that it is back.
                await asyncio.to_thread(self._is_database_answering)
                async with self._app.open_async():
                    self.is_running = True
                    wait = min(0.5, LONGEST_WAIT_SECONDS)
                    await self._work(stopping)
            except _AWAY as error:
                log.warning("queue is away", **failure(error))
            finally:
                self.is_running = False
            if not stopping.is_set():
                await asyncio.sleep(wait)
                wait = min(LONGEST_WAIT_SECONDS, wait * 2)

    async def _work(self, stopping: threading.Event) -> None:
        working = asyncio.create_task(
            self._app.run_worker_async(
                queues=[QUEUE],
                concurrency=2,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=STOPPING_SECONDS,
                install_signal_handlers=False,
                delete_jobs="successful",
                stalled_worker_timeout=STALLED_SECONDS,
            )
        )
        reviving = asyncio.create_task(self._revive())
        try:
            while not (stopping.is_set() or working.done() or reviving.done()):
                await asyncio.wait({working, reviving}, timeout=0.2)
        finally:
            reviving.cancel()
            working.cancel()
            ended = await asyncio.gather(reviving, working, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    async def _revive(self) -> None:
        """Take up what a worker that died had begun: at once, and now and then."""
        while True:
            await asyncio.to_thread(self._catch_up)
            jobs = self._app.job_manager
            for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                await jobs.retry_job(job)
            await asyncio.sleep(STALLED_SECONDS)
