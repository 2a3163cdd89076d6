"""The queue's thread, with a queue that goes away and comes back."""

import asyncio
import threading
from contextlib import asynccontextmanager

import psycopg
import psycopg_pool
import pytest
import sqlalchemy.exc
from procrastinate.exceptions import ConnectorException

from output_checker.adapters.queue.tasks import LONGEST_WAIT_SECONDS, RetryPatiently
from output_checker.adapters.worker import job_runner
from output_checker.adapters.worker.job_runner import JobRunner
from output_checker.domain.errors import DependencyUnavailable, InvalidTransition, NotFound


class FakeJobs:
    def __init__(self, stalled):
        self.stalled = stalled
        self.retried = []

    async def get_stalled_jobs(self, *, seconds_since_heartbeat):
        return [job for job in self.stalled if seconds_since_heartbeat]

    async def retry_job(self, job):
        self.retried.append(job)


class FakeApp:
    """A queue that refuses with each of `refusals` in turn before it works."""

    def __init__(self, *, when_opened=(), while_working=(), stalled=()):
        self.when_opened = list(when_opened)
        self.while_working = list(while_working)
        self.job_manager = FakeJobs(stalled)
        self.worked = threading.Event()

    @asynccontextmanager
    async def open_async(self):
        if self.when_opened:
            raise self.when_opened.pop(0)
        yield self

    async def run_worker_async(self, **_options):
        if self.while_working:
            raise self.while_working.pop(0)
        self.worked.set()
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch):
    monkeypatch.setattr(job_runner, "LONGEST_WAIT_SECONDS", 0.01)


def runner_of(app, catch_up=lambda: None, is_database_answering=lambda: True):
    return JobRunner(app, catch_up=catch_up, is_database_answering=is_database_answering)


def run(app, *parts):
    """Let the runner run until the queue works, then stop it."""
    stopping = threading.Event()
    runner = runner_of(app, *parts)
    thread = threading.Thread(target=runner.run, args=(stopping,))
    thread.start()
    has_worked = app.worked.wait(10)
    was_running = runner.is_running
    stopping.set()
    thread.join(10)
    assert not thread.is_alive()
    assert not runner.is_running
    return has_worked and was_running


@pytest.mark.parametrize(
    "refusal",
    [
        ConnectorException(),
        psycopg.OperationalError(),
        psycopg_pool.PoolTimeout(),
        ConnectionRefusedError(),
        DependencyUnavailable(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_queue_that_goes_away_is_waited_for(refusal):
    assert run(FakeApp(when_opened=[refusal], while_working=[refusal]))


def test_what_a_dead_worker_left_is_taken_up_first():
    caught_up = []
    app = FakeApp(stalled=["a job"])

    run(app, lambda: caught_up.append(1))

    assert caught_up == [1]
    assert app.job_manager.retried == ["a job"]


def test_a_catch_up_that_finds_no_database_is_tried_again():
    tries = []

    def catch_up():
        tries.append(1)
        if len(tries) == 1:
            raise DependencyUnavailable

    app = FakeApp()
    stopping = threading.Event()
    thread = threading.Thread(target=runner_of(app, catch_up).run, args=(stopping,))
    thread.start()
    for _ in range(500):
        if len(tries) == 2:
            break
        stopping.wait(0.01)
    stopping.set()
    thread.join(10)

    assert len(tries) == 2


def test_the_queue_is_opened_only_when_the_database_answers():
    refusals = [sqlalchemy.exc.OperationalError("connect", None, Exception())] * 3
    opened_with = []

    def is_database_answering():
        if refusals:
            raise refusals.pop()
        return True

    class Noting(FakeApp):
        def open_async(self):
            opened_with.append(len(refusals))
            return super().open_async()

    assert run(Noting(), lambda: None, is_database_answering)
    assert opened_with == [0]


class AJob:
    def __init__(self, attempts):
        self.attempts = attempts


def wait_after(attempts, error):
    decision = RetryPatiently().get_retry_decision(exception=error, job=AJob(attempts))
    return None if decision is None else decision.retry_at


@pytest.mark.parametrize("attempts", [0, 5, 10_000])
def test_a_release_is_tried_for_as_long_as_it_takes(attempts):
    assert wait_after(attempts, DependencyUnavailable()) is not None
    assert LONGEST_WAIT_SECONDS <= 60


@pytest.mark.parametrize("error", [NotFound(), InvalidTransition("a", "b", frozenset())], ids=repr)
def test_what_can_never_work_is_not_tried_again(error):
    assert wait_after(1, error) is None
