"""The gateway's side of a workspace's socket: one HTTP client a workspace."""

from pathlib import Path

import aiohttp

from hub.registrations import Registration


class WorkspaceClients:
    """Opens a client for each running workspace and forgets it when the workspace is gone."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets
        self._clients: dict[str, aiohttp.ClientSession] = {}

    def client(self, registration: Registration) -> aiohttp.ClientSession:
        known = self._clients.get(registration.started_id)
        if known is None:
            # The sockets' file system follows no links (checked at start), so the path leads to
            # this workspace's own folder whatever the workspace puts there.
            connector = aiohttp.UnixConnector(str(self._sockets / registration.socket), limit=100)
            known = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            self._clients[registration.started_id] = known
        return known

    async def keep_only(self, started_ids: set[str]) -> None:
        for gone in set(self._clients) - started_ids:
            await self._clients.pop(gone).close()

    async def close(self) -> None:
        await self.keep_only(set())
