"""Stops a running workspace whose person may no longer open it, or not with the data it has.

A service that the hub starts: it holds a token that can stop servers, nothing else. Expiry,
removal, a closed project and a grant taken away all show in the portal's answer.
"""

import asyncio
import logging
import os
from pathlib import Path

import httpx2

from hub import registrations
from hub.portal_client import Portal, PortalSilent, Refused
from hub.registrations import Registration
from hub.settings import from_environment

EVERY_SECONDS = 10.0
STOP_SECONDS = 60.0

log = logging.getLogger("haven.access_watch")


async def has_lapsed(portal: Portal, workspace: Registration) -> bool:
    """Whether the portal would not start this workspace as it is.

    When the portal is silent nothing is stopped on a guess; nobody gets in anew meanwhile.
    """
    try:
        grant = await portal.workspace(workspace.username, workspace.project)
    except Refused:
        return True
    except PortalSilent:
        log.error("the portal does not say whether a workspace may go on")
        return False
    return grant.sources() != workspace.mounts


async def sweep(hub: httpx2.AsyncClient, portal: Portal, folder: Path) -> list[Registration]:
    """Stop what has lapsed; returns it."""
    running = registrations.every(folder)
    verdicts = await asyncio.gather(*(has_lapsed(portal, one) for one in running))
    lapsed = [one for one, is_over in zip(running, verdicts, strict=True) if is_over]
    await asyncio.gather(*(_stop(hub, one) for one in lapsed))
    return lapsed


async def _stop(hub: httpx2.AsyncClient, workspace: Registration) -> None:
    names = {"user": workspace.username, "project": workspace.project}
    try:
        answer = await hub.delete(f"/users/{workspace.username}/servers/{workspace.project}")
    except httpx2.HTTPError as error:
        log.error("a lapsed workspace could not be stopped %s %s", names, type(error).__name__)
        return
    log.warning("a lapsed workspace is being stopped %s %s", names, answer.status_code)


async def watch() -> None:
    settings = from_environment()
    portal = Portal(settings.portal_url, settings.secret("portal_token"))
    headers = {"Authorization": f"token {os.environ['JUPYTERHUB_API_TOKEN']}"}
    api = os.environ["JUPYTERHUB_API_URL"]
    async with httpx2.AsyncClient(base_url=api, headers=headers, timeout=STOP_SECONDS) as hub:
        while True:
            await sweep(hub, portal, settings.home / "registrations")
            await asyncio.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    asyncio.run(watch())
