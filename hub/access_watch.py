"""Stops a running workspace whose person may no longer open it.

A service that the hub starts: it holds a token that can list servers and stop them, nothing else.
Expiry, removal from a project and a closed project all show in the portal's list.
"""

import asyncio
import logging
import os

import httpx2

from hub.portal_client import Portal, PortalSilent
from hub.settings import from_environment

EVERY_SECONDS = 10.0

log = logging.getLogger("haven.access_watch")


async def running(hub: httpx2.AsyncClient) -> set[tuple[str, str]]:
    answer = await hub.get("/users", params={"state": "active"})
    answer.raise_for_status()
    return {(user["name"], server) for user in answer.json() for server in user["servers"]}


async def sweep(hub: httpx2.AsyncClient, portal: Portal) -> set[tuple[str, str]]:
    """Stop what is running and not entitled; returns what was stopped."""
    lapsed = await running(hub) - await portal.entitled()
    for username, project in lapsed:
        answer = await hub.delete(f"/users/{username}/servers/{project}")
        log.warning("stopped workspace user=%s project=%s status=%s",
                    username, project, answer.status_code)  # fmt: skip
    return lapsed


async def watch() -> None:
    settings = from_environment()
    portal = Portal(settings.portal_url, settings.secret("portal_token"))
    headers = {"Authorization": f"token {os.environ['JUPYTERHUB_API_TOKEN']}"}
    async with httpx2.AsyncClient(
        base_url=os.environ["JUPYTERHUB_API_URL"], headers=headers
    ) as hub:
        while True:
            try:
                await sweep(hub, portal)
            except (httpx2.HTTPError, PortalSilent) as error:
                log.error(
                    "could not compare workspaces with entitlements: %s", type(error).__name__
                )
            await asyncio.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    asyncio.run(watch())
