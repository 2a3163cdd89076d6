"""Runs notebooks that the worker orders, one at a time, each in a fresh container.

A service that the hub starts, since the hub is who holds the engine's socket. What a run may read
follows from what the portal says its person may open, never from the order.
"""

import asyncio
import contextlib
import logging
import os
import time
from dataclasses import dataclass, field
from typing import Any, Final

from docker import APIClient
from docker.errors import APIError
from requests.exceptions import ConnectionError, ReadTimeout, RequestException  # noqa: A004

from hub.portal_client import Portal, PortalSilent, Refused, WorkspaceGrant
from hub.rerun import container, orders
from hub.rerun.orders import Order, Place
from hub.settings import HubSettings, from_environment

EVERY_SECONDS: Final = 0.5
# Between looks at whether it may still run.
SLICE_SECONDS: Final = 5
CLEAR_SECONDS: Final = 60
ENGINE_SECONDS: Final = 30
_GONE: Final = 404

log = logging.getLogger("haven.rerun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Attributes: `reason` is one word, where there is something to tell."""

    state: str
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Reruns:
    """The runner's parts; `served` is when each project last had its turn."""

    engine: Any
    portal: Portal
    settings: HubSettings
    served: dict[str, float] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return Place(folder=self.settings.home / "reruns")

    def begin(self) -> None:
        """Take away the container that a hub that ended left; its run begins anew."""
        label = {"label": [f"{container.LABEL}={self.settings.instance}"]}
        for one in self.engine.containers(all=True, filters=label):
            self._remove(one["Id"])

    async def sweep(self) -> Order | None:
        """Clear what nobody waits for and what was left in the middle, then run one notebook.

        Returns:
            Its order; None when there was nothing to run, or nobody who says that it may.
        """
        ordered = list(self.place.every())
        for rerun_id in self.place.known():
            # One runs at a time, and none does now: one without an end was left in the middle.
            is_stale = self.place.state(rerun_id) in {None, orders.RUNNING}
            if is_stale or not self.place.is_ordered(rerun_id):
                await asyncio.to_thread(self._clear, rerun_id)
        # One of which something is left that cannot be cleared has to wait.
        left = self.place.known()
        waiting = [one for one in ordered if one.rerun_id not in left]
        if not waiting:
            return None
        # The project that was served longest ago, and of that the oldest.
        order = min(waiting, key=lambda one: self.served.get(one.project, 0.0))
        self.served[order.project] = time.monotonic()
        ended = await self._run(order)
        if ended is None:
            return None
        log.info("a notebook was run again %s %s %s", order.rerun_id, ended.state, ended.reason)
        image = self.settings.workspace_image
        self.place.say(order.rerun_id, ended.state, reason=ended.reason, image=image)
        return order

    async def _run(self, order: Order) -> Ended | None:
        """None where the portal is silent: nothing runs on a guess, and there is another try."""
        try:
            grant = await self.portal.may_open(order.username, order.project)
        except Refused:
            return Ended(state=orders.FAILED, reason="refused")
        except PortalSilent:
            log.error("the portal does not say whether a notebook may run")
            return None
        if grant.sources() != sorted(order.sources):
            return Ended(state=orders.FAILED, reason="data_changed")
        try:
            return await self._in_container(order, grant)
        except (APIError, RequestException, OSError) as error:
            log.error("a notebook could not be run %s", type(error).__name__)
            return Ended(state=orders.FAILED, reason="not_started")

    async def _in_container(self, order: Order, grant: WorkspaceGrant) -> Ended:
        folder = self.place.outputs / order.rerun_id
        # Fresh: a folder that is there already is somebody else's.
        folder.mkdir()
        folder.chmod(0o2770)
        self.place.say(order.rerun_id, orders.RUNNING, image=self.settings.workspace_image)
        cpus = min(grant.cpus, float(os.cpu_count() or 1))
        arguments, limits = container.rerun(self.settings, order, grant, cpus=cpus)
        made = await asyncio.to_thread(self._create, arguments, limits)
        try:
            await asyncio.to_thread(self.engine.start, made)
            return await self._watch(order, made)
        finally:
            await asyncio.to_thread(self._remove, made)

    async def _watch(self, order: Order, made: str) -> Ended:
        until = time.monotonic() + order.seconds
        while (left := until - time.monotonic()) > 0:
            slice_seconds = min(left, SLICE_SECONDS)
            with contextlib.suppress(ReadTimeout, ConnectionError):
                answer = await asyncio.to_thread(self.engine.wait, made, timeout=slice_seconds)
                return self._judged(made, int(answer["StatusCode"]))
            await asyncio.sleep(EVERY_SECONDS)
            if (reason := await self._why_stop(order)) is not None:
                return Ended(state=orders.FAILED, reason=reason)
        return Ended(state=orders.TIMED_OUT)

    async def _why_stop(self, order: Order) -> str | None:
        """Who loses the right to the data loses a run on it as well."""
        if not self.place.is_ordered(order.rerun_id):
            return "moved_on"
        try:
            await self.portal.may_open(order.username, order.project)
        except Refused:
            return "refused"
        except PortalSilent:
            log.error("the portal does not say whether a notebook may go on")
        return None

    def _judged(self, made: str, status: int) -> Ended:
        if status == 0:
            return Ended(state=orders.DONE)
        is_full = self.engine.inspect_container(made)["State"]["OOMKilled"]
        return Ended(state=orders.FAILED, reason="memory" if is_full else "notebook")

    def _create(self, arguments: dict[str, Any], limits: dict[str, Any]) -> str:
        config = self.engine.create_host_config(**limits)
        return str(self.engine.create_container(**arguments, host_config=config)["Id"])

    def _remove(self, made: str) -> None:
        try:
            self.engine.remove_container(made, v=True, force=True)
        except APIError as error:
            if error.status_code != _GONE:
                raise

    def _clear(self, rerun_id: str) -> None:
        """Empty and remove what a run left; what cannot be is tried again."""
        folder = self.place.outputs / rerun_id
        try:
            if folder.is_dir():
                arguments, limits = container.clearing(self.settings, folder)
                made = self._create(arguments, limits)
                try:
                    self.engine.start(made)
                    self.engine.wait(made, timeout=CLEAR_SECONDS)
                finally:
                    self._remove(made)
                folder.rmdir()
            self.place.forget(rerun_id)
        except (APIError, RequestException, OSError) as error:
            log.error("outputs of a run could not be cleared %s", type(error).__name__)


async def main() -> None:
    settings = from_environment()
    runs = Reruns(
        engine=APIClient(version="auto", timeout=ENGINE_SECONDS),
        portal=Portal(settings.portal_url, settings.secret("portal_token")),
        settings=settings,
    )
    runs.begin()
    while True:
        if await runs.sweep() is None:
            await asyncio.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    asyncio.run(main())
