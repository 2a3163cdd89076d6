"""Tells the portal which workspaces run, and stops those that it says must not.

A service that the hub starts: it holds a token that can stop servers, nothing else. Expiry,
removal, a closed project, a grant taken away, a freeze, an administrator's stop and an idle
workspace all come back in the portal's answer.
"""

import asyncio
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import httpx2
from docker import APIClient

from hub import endings, notices, orphans, registrations
from hub.activity import Activity, container_cpu_seconds
from hub.portal_client import Portal, PortalSilent, Running, Verdict
from hub.registrations import Registration
from hub.settings import from_environment

EVERY_SECONDS = 10.0
STOP_SECONDS = 60.0
ENGINE_SECONDS = 5

log = logging.getLogger("haven.access_watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The watch's parts: `home` is the installation's folder."""

    hub: httpx2.AsyncClient
    portal: Portal
    activity: Activity
    home: Path

    async def sweep(self) -> list[Registration]:
        """Report what runs, show notices, stop what must stop; returns that."""
        await endings.deliver(self.portal, self.home / "endings")
        running = registrations.every(self.home / "registrations")
        try:
            verdicts = await self._ask(running)
        except PortalSilent:
            # Nothing is stopped on a guess; nobody gets in anew meanwhile.
            log.error("the portal does not say which workspaces may go on")
            return []
        for one in filter(self._still_runs, running):
            verdict = verdicts.get(one.started_id)
            words = verdict.notice if verdict else None
            notices.show(self.home, username=one.username, project=one.project, words=words)
        over = [one for one in running if _must_stop(verdicts.get(one.started_id))]
        await asyncio.gather(*(self._stop(one, verdicts[one.started_id]) for one in over))
        return over

    async def _ask(self, running: list[Registration]) -> dict[str, Verdict]:
        looks = await asyncio.to_thread(self.activity.look, running)
        reports = [
            Running(
                username=one.username,
                project=one.project,
                started_id=one.started_id,
                tier=one.tier,
                mounts=one.mounts,
                networks=one.networks,
                is_active=looks[one.started_id].is_active,
                cpu_seconds=looks[one.started_id].cpu_seconds,
            )
            for one in running
        ]
        return {verdict.started_id: verdict for verdict in await self.portal.running(reports)}

    async def _stop(self, workspace: Registration, verdict: Verdict) -> None:
        names = {"user": workspace.username, "project": workspace.project}
        if not self._still_runs(workspace):
            # The hub would stop the one that came after it.
            return
        endings.give_reason(self.home / "endings", workspace.started_id, verdict.stop or "")
        path = f"/users/{workspace.username}/servers/{workspace.project}"
        try:
            answer = await self.hub.delete(path)
        except httpx2.HTTPError as error:
            log.error("a workspace could not be stopped %s %s", names, type(error).__name__)
            return
        log.warning("a workspace is being stopped %s %s", names, answer.status_code)

    def _still_runs(self, workspace: Registration) -> bool:
        """Whether it did not end while the portal was asked."""
        folder = self.home / "registrations"
        now = registrations.read(folder, workspace.username, workspace.project)
        return now is not None and now.started_id == workspace.started_id


def _must_stop(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.stop is not None


async def watch() -> None:
    settings = from_environment()
    engine = APIClient(version="auto", timeout=ENGINE_SECONDS)
    orphans.remove(
        engine,
        instance=settings.instance,
        folder=settings.home / "registrations",
        # Not this program's own start: the hub opens workspaces before it has come up.
        started_before=float(os.environ["HAVEN_HUB_STARTED"]),
    )
    headers = {"Authorization": f"token {os.environ['JUPYTERHUB_API_TOKEN']}"}
    api = os.environ["JUPYTERHUB_API_URL"]
    async with httpx2.AsyncClient(base_url=api, headers=headers, timeout=STOP_SECONDS) as hub:
        watching = Watch(
            hub=hub,
            portal=Portal(settings.portal_url, settings.secret("portal_token")),
            activity=Activity(
                settings.home / "meters",
                lambda: container_cpu_seconds(engine, settings.instance),
            ),
            home=settings.home,
        )
        while True:
            await watching.sweep()
            await asyncio.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    asyncio.run(watch())
