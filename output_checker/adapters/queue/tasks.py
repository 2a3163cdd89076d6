"""The worker's side of the queue: which task is which use case, and how often it is tried."""

from collections.abc import Callable
from typing import Final

import procrastinate
import structlog
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import make_url

from output_checker.adapters.log import failure
from output_checker.adapters.queue.jobs import QUEUE
from output_checker.domain.errors import Conflict, NotFound

log = structlog.get_logger()

LONGEST_WAIT_SECONDS: Final = 60
SEAL_LEDGER: Final = "seal_ledger"
EVERY_FIVE_MINUTES: Final = "*/5 * * * *"
RECONCILE: Final = "reconcile"
EVERY_NIGHT: Final = "17 2 * * *"
KEEP_TIME: Final = "keep_time"
EVERY_HOUR: Final = "17 * * * *"
_HOPELESS: Final = (NotFound, Conflict)


class RetryPatiently(BaseRetryStrategy):
    """Try again for as long as it takes: an approved request must not be forgotten."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, _HOPELESS):
            return None
        seconds = min(LONGEST_WAIT_SECONDS, 2 ** min(job.attempts, 6))
        return RetryDecision(retry_in={"seconds": seconds})


def worker_app(
    database_url: str,
    *,
    release: Callable[[str], object],
    publish: Callable[[str], object],
    seal_ledger: Callable[[], object],
    reconcile: Callable[[], object],
    keep_time: Callable[[], object],
) -> procrastinate.App:
    """An app that runs jobs.

    Args:
        database_url: Where the queue is.
        release: Given the id of a request.
        publish: Given the id of a request.
        seal_ledger: Called every few minutes.
        reconcile: Called every night.
        keep_time: Called every hour.
    """
    conninfo = make_url(database_url).set(drivername="postgresql")
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo.render_as_string(hide_password=False),
        min_size=1,
        max_size=4,
        timeout=5,
        kwargs={"connect_timeout": 5, "application_name": "haven-queue"},
    )
    app = procrastinate.App(connector=connector)
    for name, act in (("release", release), ("publish", publish)):
        app.task(name=name, queue=QUEUE, retry=RetryPatiently())(_logged(name, act))
    for name, cron, do in (
        (SEAL_LEDGER, EVERY_FIVE_MINUTES, seal_ledger),
        (KEEP_TIME, EVERY_HOUR, keep_time),
        (RECONCILE, EVERY_NIGHT, reconcile),
    ):
        task = app.task(name=name, queue=QUEUE, queueing_lock=name)(_without_arguments(do))
        app.periodic(cron=cron)(task)
    return app


def _logged(task: str, act: Callable[[str], object]) -> Callable[..., None]:
    def run(*, request_id: str) -> None:
        try:
            state = act(request_id)
        except Exception as error:
            log.warning("job failed", task=task, request_id=request_id, **failure(error))
            raise
        log.info("job done", task=task, request_id=request_id, state=str(state or ""))

    return run


def _without_arguments(act: Callable[[], object]) -> Callable[[int], None]:
    def run(timestamp: int) -> None:  # noqa: ARG001  a periodic job is told when it was due
        act()

    return run
