"""The worker: `python -m output_checker.adapters.worker`.

Takes in manifests, runs jobs, and keeps a file fresh for as long as everything it needs
answers. SIGTERM ends it after what it has begun.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from output_checker.adapters import log as logging_setup
from output_checker.adapters.database.alone import alone
from output_checker.adapters.log import failure
from output_checker.adapters.queue.tasks import worker_app
from output_checker.adapters.settings import Settings
from output_checker.adapters.worker.inbox import Inbox
from output_checker.adapters.worker.job_runner import STOPPING_SECONDS, JobRunner
from output_checker.adapters.worker.wiring import Parts, build
from output_checker.adapters.workspaces.manifests import ManifestPlace, manifests
from output_checker.application.follow_reruns import follow_reruns
from output_checker.application.ingress.follow import follow_ingress
from output_checker.application.keep_time import Timekeeping, keep_time
from output_checker.application.note_deliveries import note_deliveries
from output_checker.application.publish import publish
from output_checker.application.receive import receive
from output_checker.application.reconcile import reconcile
from output_checker.application.release import release
from output_checker.application.seal_ledger import seal_ledger
from output_checker.domain.errors import DependencyUnavailable, OutputCheckerError
from output_checker.domain.rerun import Rerun

log = structlog.get_logger()

LATE_SECONDS: Final = 10.0
RERUNS_SECONDS: Final = 1.0
INGRESS_SECONDS: Final = 1.0


class Worker:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._is_store_prepared = False
        outputs_dir = parts.settings.outputs_dir
        self._inbox = Inbox(lambda: manifests(outputs_dir), self._answer)
        self._jobs = JobRunner(
            worker_app(
                parts.settings.database_url.get_secret_value(),
                release=self._release,
                publish=self._publish,
                seal_ledger=self._seal_ledger,
                reconcile=self._reconcile,
                keep_time=self._keep_time,
            ),
            catch_up=self._catch_up,
            is_database_answering=parts.is_database_answering,
        )

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> bool:
        """Until stopped. Returns: whether all that was begun could be finished in time."""
        poll_seconds = self._parts.settings.poll_seconds
        threads = [
            self._thread(
                "inbox", lambda: self._inbox.run(self._stopping, poll_seconds=poll_seconds)
            ),
            self._thread("jobs", lambda: self._jobs.run(self._stopping)),
            self._thread("reruns", self._follow_reruns),
            self._thread("ingress", self._follow_ingress),
        ]
        log.info("worker started")
        while not self._stopping.wait(1.0):
            self._show_readiness(all(thread.is_alive() for thread in threads))
        self._parts.settings.ready_file.unlink(missing_ok=True)
        ends_at = time.monotonic() + STOPPING_SECONDS + 1
        for thread in threads:
            thread.join(max(0.0, ends_at - time.monotonic()))
        has_ended = not any(thread.is_alive() for thread in threads)
        log.info("worker stopped", state="finished" if has_ended else "interrupted")
        return has_ended

    def _follow_reruns(self) -> None:
        while not self._stopping.wait(RERUNS_SECONDS):
            try:
                with alone(self._parts.engine, "reruns") as is_mine:
                    if is_mine:
                        follow_reruns(self._parts.following, _note_trouble)
            except Exception as error:  # noqa: BLE001 - one bad run must not stop the worker
                log.warning("re-runs not followed", **failure(error))

    def _follow_ingress(self) -> None:
        while not self._stopping.wait(INGRESS_SECONDS):
            try:
                with alone(self._parts.engine, "ingress") as is_mine:
                    if is_mine:
                        follow_ingress(self._parts.bringing, _note_ingress_trouble)
            except Exception as error:  # noqa: BLE001 - one bad look must not stop the worker
                log.warning("files that come in not followed", **failure(error))

    def _thread(self, name: str, act: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._guarded, args=(name, act), name=name, daemon=True)
        thread.start()
        return thread

    def _guarded(self, part: str, act: Callable[[], None]) -> None:
        """A part that ends by itself ends the worker, so that it is started again whole."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the process boundary
            log.error("part of the worker failed", part=part, **failure(error))
        finally:
            self._stopping.set()

    def _answer(self, place: ManifestPlace) -> None:
        begun = time.monotonic()
        what = f"manifest {place.project} {place.username} {place.name}"
        with alone(self._parts.engine, what) as is_mine:
            if not is_mine:
                raise DependencyUnavailable("Another worker answers it")
            receive(
                self._parts.receiving,
                project=place.project,
                username=place.username,
                manifest_name=place.name,
            )
        log.info(
            "manifest answered",
            project=place.project,
            username=place.username,
            manifest=place.reference,
            seconds=round(time.monotonic() - begun, 2),
        )

    def _release(self, request_id: str) -> str:
        return release(self._parts.releasing, request_id=request_id)

    def _publish(self, request_id: str) -> None:
        publish(self._parts.publishing, request_id=request_id)

    def _seal_ledger(self) -> None:
        try:
            head = seal_ledger(
                self._parts.releasing.unit_of_work(),
                self._parts.seals,
                self._parts.releasing.signer,
                self._parts.releasing.clock,
                retention=self._parts.releasing.retention,
            )
        except OutputCheckerError as error:
            # In a few minutes there is another try; `ledger verify` shows how far seals reach.
            log.error("ledger not sealed", **failure(error))
            return
        if head:
            log.info("ledger sealed", seq=head.seq)

    def _reconcile(self) -> None:
        releasing = self._parts.releasing
        try:
            found = reconcile(releasing.unit_of_work, self._parts.store, releasing.clock)
        except OutputCheckerError as error:
            log.error("store not reconciled", **failure(error))
            return
        say = log.error if found.mismatches else log.info
        say(
            "store reconciled",
            releases=found.releases,
            objects=found.objects,
            mismatches=len(found.mismatches),
        )

    def _keep_time(self) -> None:
        releasing = self._parts.releasing
        timekeeping = Timekeeping(unit_of_work=releasing.unit_of_work, clock=releasing.clock)
        try:
            notices, ended = keep_time(timekeeping)
            note_deliveries(self._parts.counting(), releasing.clock)
        except OutputCheckerError as error:
            log.error("time not kept", **failure(error))
            return
        log.info("time kept", notices=notices, expired=ended)

    def _catch_up(self) -> None:
        """Releases whose job was lost with the process that ran it."""
        with self._parts.releasing.unit_of_work() as uow:
            waiting = uow.requests.waiting_for_release()
        for request_id in waiting:
            try:
                self._release(request_id)
            except OutputCheckerError as error:
                log.warning("release waits", request_id=request_id, **failure(error))

    def _show_readiness(self, has_threads: bool) -> None:
        is_looking = time.monotonic() - self._inbox.looked_at < LATE_SECONDS
        ready_file = self._parts.settings.ready_file
        if has_threads and is_looking and self._jobs.is_running and self._is_answered():
            ready_file.touch()
        else:
            ready_file.unlink(missing_ok=True)

    def _is_answered(self) -> bool:
        try:
            if not self._is_store_prepared:
                self._parts.store.prepare()
                self._is_store_prepared = True
            return self._parts.store.is_answering() and self._parts.is_database_answering()
        except Exception as error:  # noqa: BLE001 - whatever it is, the worker is not ready
            log.warning("worker is not ready", **failure(error))
            return False


def _note_trouble(rerun: Rerun, tries: int, error: Exception) -> None:
    log.warning("re-run not followed", request_id=rerun.request_id, attempt=tries, **failure(error))


def _note_ingress_trouble(input_id: str, error: Exception) -> None:
    log.warning("file that comes in not followed", input_id=input_id, **failure(error))


def main() -> int:
    logging_setup.configure()
    worker = Worker(build(Settings.load()))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    has_ended = worker.run()
    sys.stdout.flush()
    if not has_ended:
        # A thread that does not end would keep the process; its work is safe to repeat.
        os._exit(1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
