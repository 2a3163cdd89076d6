"""What the hub asks the portal: who somebody is, and what they may open.

The hub decides nothing about access itself. When the portal does not answer, nobody signs in and
no workspace starts.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx2

TIMEOUT_SECONDS = 10.0
FORBIDDEN = 403


class Refused(Exception):
    """The portal said no; the message is for the person who asked."""


class PortalSilent(Exception):
    """The portal did not answer, or not in a way that can be relied on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceGrant:
    """What one person's workspace in one project may hold.

    Attributes:
        mounts: Read-only data, sources relative to the datasets' folder.
        memory_bytes: Hard limit.
        cpus: Cores.
    """

    project: str
    title: str
    tier: str
    mounts: tuple[Mount, ...]
    memory_bytes: int
    cpus: float

    def sources(self) -> list[str]:
        return sorted(mount.source for mount in self.mounts)


class Portal:
    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    @cached_property
    def _client(self) -> httpx2.AsyncClient:
        # Made at the first question: traitlets copies what stands in a configuration file, and a
        # client cannot be copied.
        return httpx2.AsyncClient(
            base_url=self._url,
            headers={"Authorization": f"Bearer {self._token}"},
            timeout=TIMEOUT_SECONDS,
        )

    async def sign_in(self, username: str, password: str) -> str | None:
        """The account's user name, or None when the portal does not accept the two."""
        answer = await self._send(
            "POST", "/internal/sign-in", json={"username": username, "password": password}
        )
        if answer.status_code == httpx2.codes.OK:
            return str(answer.json()["username"])
        return None

    async def workspace(self, username: str, project: str) -> WorkspaceGrant:
        """What this person may open.

        Raises:
            Refused: They may not; with the portal's words.
            PortalSilent: No answer to rely on.
        """
        answer = await self._send("GET", f"/internal/workspaces/{username}/{project}")
        if answer.status_code == FORBIDDEN:
            raise Refused(str(answer.json().get("detail", "You may not open this workspace")))
        if answer.status_code != httpx2.codes.OK:
            raise PortalSilent(f"The portal answered {answer.status_code}")
        return _grant(answer.json())

    async def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        try:
            return await self._client.request(method, path, **more)
        except httpx2.HTTPError as error:
            raise PortalSilent("The portal does not answer") from error


def _grant(answer: dict[str, Any]) -> WorkspaceGrant:
    return WorkspaceGrant(
        project=answer["project"],
        title=answer["title"],
        tier=answer["tier"],
        mounts=tuple(Mount(source=m["source"], target=m["target"]) for m in answer["mounts"]),
        memory_bytes=int(answer["memory_bytes"]),
        cpus=float(answer["cpus"]),
    )
