"""What the hub asks the portal: who somebody is, and what they may open.

The hub decides nothing about access itself. When the portal does not answer, nobody signs in and
no workspace starts.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import httpx2

TIMEOUT_SECONDS = 10.0
UNAUTHORIZED = 401
FORBIDDEN = 403
CREATED = 201
NOT_FOUND = 404
UNPROCESSABLE = 422


class Refused(Exception):
    """The portal said no; the message is for the person who asked."""


class PortalSilent(Exception):
    """The portal did not answer, or not in a way that can be relied on."""


class Unknown(Exception):
    """The portal answered, and knows of no such run of a workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who signed in; the hub's sessions of theirs are good while `generation` stays."""

    username: str
    generation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSignedIn:
    """Attributes: `words` are for the person, and do not say what was wrong."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A workspace as the hub sees it run; see the portal's `watch_workspaces`."""

    username: str
    project: str
    started_id: str
    tier: str
    mounts: list[str]
    is_active: bool
    cpu_seconds: float | None
    networks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be done: stop it for `stop`, or show `notice` to its person."""

    started_id: str
    stop: str | None
    notice: str | None


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
        disk_mib: Home and /outputs together.
        shared_mib: The project's /shared.
        files: How many each of the two holds at most.
        networks: From where it is opened; none: from anywhere.
    """

    project: str
    title: str
    tier: str
    mounts: tuple[Mount, ...]
    memory_bytes: int
    cpus: float
    disk_mib: int
    shared_mib: int
    files: int
    networks: tuple[str, ...] = ()

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

    async def sign_in(self, username: str, password: str, code: str) -> SignedIn | NotSignedIn:
        """Whose name, password and code these are.

        Raises:
            PortalSilent: No answer to rely on.
        """
        body = {"username": username, "password": password, "code": code}
        return await self._signed_in("/internal/sign-in", body)

    async def trade(self, ticket: str) -> SignedIn | NotSignedIn:
        """Whom an identity provider named, for the ticket that the portal gave.

        Raises:
            PortalSilent: No answer to rely on.
        """
        return await self._signed_in("/internal/tickets", {"ticket": ticket})

    async def _signed_in(self, path: str, body: dict[str, str]) -> SignedIn | NotSignedIn:
        answer = await self._send("POST", path, json=body)
        if answer.status_code in (UNAUTHORIZED, UNPROCESSABLE):
            return NotSignedIn(words=str(answer.json().get("detail", "That is not right.")))
        _require(answer, httpx2.codes.OK)
        found = answer.json()
        return SignedIn(username=str(found["username"]), generation=str(found["generation"]))

    async def generation(self, username: str, *, seconds: float) -> str | None:
        """What this person's sessions began under, if they are good; None: none are.

        Args:
            seconds: How long to wait for an answer.

        Raises:
            PortalSilent: No answer to rely on.
        """
        address = f"/internal/people/{username}/generation"
        answer = await self._send("GET", address, timeout=seconds)
        if answer.status_code == NOT_FOUND:
            return None
        _require(answer, httpx2.codes.OK)
        return str(answer.json()["generation"])

    async def sign_out(self, username: str) -> None:
        """Have every session of a person end.

        Raises:
            PortalSilent: No answer to rely on; perhaps none ended.
        """
        answer = await self._send("POST", f"/internal/people/{username}/sign-out")
        _require(answer, httpx2.codes.NO_CONTENT)

    async def start(self, username: str, project: str, started_id: str) -> WorkspaceGrant:
        """Have a start recorded; what the workspace may hold and take.

        Raises:
            Refused: They may not open it; with the portal's words.
            PortalSilent: No answer to rely on, so perhaps no record: it must not start.
        """
        path = f"/internal/workspaces/{username}/{project}/sessions"
        answer = await self._send("POST", path, json={"started_id": started_id})
        if answer.status_code == FORBIDDEN:
            raise Refused(str(answer.json().get("detail", "You may not open this workspace")))
        _require(answer, CREATED)
        return _grant(answer.json())

    async def may_open(self, username: str, project: str) -> WorkspaceGrant:
        """What somebody's workspace may hold now; nothing is recorded.

        Raises:
            Refused: They may not open it; with the portal's words.
            PortalSilent: No answer to rely on.
        """
        answer = await self._send("GET", f"/internal/workspaces/{username}/{project}")
        if answer.status_code == FORBIDDEN:
            raise Refused(str(answer.json().get("detail", "They may not open this workspace")))
        _require(answer, httpx2.codes.OK)
        return _grant(answer.json())

    async def ended(
        self, username: str, project: str, started_id: str, *, reason: str, ended_at: str
    ) -> None:
        """Have an end recorded; to tell it again changes nothing.

        Raises:
            Unknown: No such start was ever recorded.
            PortalSilent: No answer to rely on; tell it again later.
        """
        path = f"/internal/workspaces/{username}/{project}/sessions/{started_id}/ended"
        answer = await self._send("POST", path, json={"reason": reason, "ended_at": ended_at})
        if answer.status_code == NOT_FOUND:
            raise Unknown(started_id)
        _require(answer, httpx2.codes.NO_CONTENT)

    async def running(self, workspaces: Sequence[Running]) -> list[Verdict]:
        """Say which workspaces run; what is to be done about each.

        Raises:
            PortalSilent: No answer to rely on.
        """
        body = {"workspaces": [asdict(one) for one in workspaces]}
        answer = await self._send("POST", "/internal/running", json=body)
        _require(answer, httpx2.codes.OK)
        return [Verdict(**verdict) for verdict in answer.json()["verdicts"]]

    async def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        try:
            return await self._client.request(method, path, **more)
        except httpx2.HTTPError as error:
            raise PortalSilent("The portal does not answer") from error


def _require(answer: httpx2.Response, status: int) -> None:
    if answer.status_code != status:
        raise PortalSilent(f"The portal answered {answer.status_code}")


def _grant(answer: dict[str, Any]) -> WorkspaceGrant:
    return WorkspaceGrant(
        project=answer["project"],
        title=answer["title"],
        tier=answer["tier"],
        mounts=tuple(Mount(source=m["source"], target=m["target"]) for m in answer["mounts"]),
        memory_bytes=int(answer["memory_bytes"]),
        cpus=float(answer["cpus"]),
        disk_mib=int(answer["disk_mib"]),
        shared_mib=int(answer["shared_mib"]),
        files=int(answer["files"]),
        networks=tuple(answer["networks"]),
    )
