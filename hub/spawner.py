"""Starts a workspace: a container without a network, reached over one socket by the gateway."""

import asyncio
import os
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from dockerspawner import DockerSpawner
from jupyterhub.orm import APIToken
from jupyterhub.spawner import SpawnException
from sqlalchemy import inspect
from traitlets import Any as AnyTrait

from hub import endings, notices, registrations
from hub.container import (
    HOME,
    PACKAGES_FOLDER,
    SOCKET_FOLDER,
    SOCKET_NAME,
    Workspace,
    container,
    host_config,
)
from hub.portal_client import Portal, PortalSilent, Refused, WorkspaceGrant
from hub.registrations import Registration
from hub.settings import HubSettings
from hub.storage import helper, mount

POLL_SECONDS = 0.02
STOP_SECONDS = 3


class HavenSpawner(DockerSpawner):
    """DockerSpawner with its own container, its own way in, and the portal's word on who may."""

    portal: Portal = AnyTrait(help="How the registry is asked").tag(config=True)  # type: ignore[assignment]  # a trait stands for its value
    haven: HubSettings = AnyTrait(help="Where things are").tag(config=True)  # type: ignore[assignment]  # a trait stands for its value

    # The stock pool has one thread: one slow container would stall everybody's start.
    _executor = ThreadPoolExecutor(16)

    @property
    def project(self) -> str:
        return str(self.name)

    async def start(self) -> str:
        started_id = secrets.token_hex(16)
        grant = await self._ask(started_id)
        try:
            return await self._open(grant, started_id)
        except BaseException:
            await self._ended(started_id, endings.NOT_STARTED)
            raise

    async def _open(self, grant: WorkspaceGrant, started_id: str) -> str:
        await self._mount(grant)
        workspace = self._prepare(grant)
        stale = await self.get_object()
        if stale:
            await self.remove_object()
        limits = self.client.create_host_config(**host_config(workspace))
        created = await self.docker("create_container", **container(workspace), host_config=limits)
        self.object_id = created["Id"]
        await self.docker("start", self.object_id)
        await self._wait_for_socket()
        self._register(grant, started_id)
        return str(self.haven.gateway_url)

    async def poll(self) -> Any:
        status = await super().poll()
        if status is None and self._was_left_behind:
            # Else the hub would wait for it half a minute at its start, and its person with it.
            await self.remove_object()
            status = 1
        if status is not None:
            await self._forget(endings.CRASHED)
        return status

    @property
    def _was_left_behind(self) -> bool:
        """Whether a hub that ended in the middle of a start left it: the gateway knows nothing."""
        is_changing = self.pending in ("spawn", "stop") or self._start_pending
        registered = registrations.read(self._registrations, self.user.name, self.project)
        return registered is None and not is_changing

    async def stop(self, now: bool = False) -> None:
        # The gateway forgets the workspace first: from here on no byte passes.
        registered = self._unregister()
        await super().stop(now)
        _clear(self._socket_folder)
        if registered:
            await self._ended(registered.started_id, endings.STOPPED)

    async def _forget(self, reason: str) -> None:
        """Take a workspace off the gateway's list that is not there any more."""
        registered = self._unregister()
        if registered:
            await self._ended(registered.started_id, reason)

    def _unregister(self) -> Registration | None:
        """Take it off the list, and its token with it.

        A hub that was started anew in the meantime would leave the token valid: it knows the
        tokens of the workspaces that run only by their hashes.
        """
        registered = registrations.read(self._registrations, self.user.name, self.project)
        registrations.remove(self._registrations, self.user.name, self.project)
        session = inspect(self.orm_spawner).session
        token = APIToken.find(session, registered.client_secret) if registered else None
        if token is not None:
            session.delete(token)
            session.commit()
        return registered

    async def _ended(self, started_id: str, reason: str) -> None:
        notices.show(self.haven.home, username=self.user.name, project=self.project, words=None)
        endings.note(
            self._endings,
            username=self.user.name,
            project=self.project,
            started_id=started_id,
            reason=reason,
        )
        await endings.deliver(self.portal, self._endings)

    async def stop_object(self) -> None:
        try:
            await self.docker("stop", self.object_id, timeout=STOP_SECONDS)
        except Exception as error:  # docker-py's own tree is not importable on every version
            if getattr(error, "status_code", None) not in (304, 404):
                raise

    async def remove_object(self) -> None:
        try:
            await self.docker("remove_container", self.object_name, v=True, force=True)
        except Exception as error:
            # 404: gone already; 409: the engine is removing it, since it is told to on exit.
            if getattr(error, "status_code", None) not in (404, 409):
                raise
        await self._wait_until_gone()

    async def _wait_until_gone(self) -> None:
        for _ in range(100):
            if await self.get_object() is None:
                return
            await asyncio.sleep(POLL_SECONDS * 5)

    async def _ask(self, started_id: str) -> WorkspaceGrant:
        if not self.project:
            raise SpawnException(
                "Open a workspace from your list of projects; there is none without a project.",
                reason="no project",
                status_code=403,
            )
        try:
            return await self.portal.start(self.user.name, self.project, started_id)
        except Refused as refusal:
            raise SpawnException(str(refusal), reason="refused", status_code=403) from refusal
        except PortalSilent as silence:
            raise SpawnException(
                "Whether you may open this workspace cannot be checked now; try again shortly.",
                reason="unavailable",
                status_code=503,
            ) from silence

    async def _mount(self, grant: WorkspaceGrant) -> None:
        """Have the workspace's own file systems mounted; without them it does not open."""
        home, name = self.haven.home, self.user.name
        if mount.is_ready(home, self.project, name):
            return
        arguments = helper.container(
            instance=self.haven.instance, image=self.haven.service_image, home=home,
            username=name, grant=grant,
        )  # fmt: skip
        limits = self.client.create_host_config(**helper.host_config(home))
        created = await self.docker("create_container", **arguments, host_config=limits)
        try:
            await self.docker("start", created["Id"])
            await self.docker("wait", created["Id"], timeout=helper.SECONDS)
        finally:
            await self.docker("remove_container", created["Id"], force=True)
        if not mount.is_ready(home, self.project, name):
            raise _not_started("The workspace's disk could not be prepared.", 500)

    def _prepare(self, grant: WorkspaceGrant) -> Workspace:
        own = Path(self.project) / self.user.name
        home = self.haven.home
        _clear(self._socket_folder)
        folders = {
            str(home / "homes" / own): HOME,
            str(home / "outputs" / own): "/outputs",
            str(home / "shared" / self.project): "/shared",
            str(self._socket_folder): SOCKET_FOLDER,
        }
        _made(home / "answers" / own / "answers")
        _made(home / "answers" / own / "requests")
        read_only = {
            str(home / "answers" / own): "/run/haven",
            _made(home / "inputs" / self.project): "/inputs",
            str(home / "mirror"): PACKAGES_FOLDER,
        }
        for data in grant.mounts:
            read_only[str(home / "datasets" / data.source)] = data.target
        return Workspace(
            name=self.object_name,
            instance=self.haven.instance,
            username=self.user.name,
            project=self.project,
            image=self.haven.workspace_image,
            base_url=self.server.base_url,
            tier=grant.tier,
            memory_bytes=grant.memory_bytes,
            # The engine refuses a limit above what the machine has.
            cpus=min(grant.cpus, float(os.cpu_count() or 1)),
            runtime=self.haven.workspace_runtime,
            read_only=read_only,
            writable=folders,
        )

    @property
    def _registrations(self) -> Path:
        return Path(self.haven.home / "registrations")

    @property
    def _endings(self) -> Path:
        return Path(self.haven.home / "endings")

    @property
    def _socket_folder(self) -> Path:
        return Path(self.haven.home / "sockets" / f"{self.user.name}~{self.project}")

    async def _wait_for_socket(self) -> None:
        path = self._socket_folder / SOCKET_NAME
        deadline = asyncio.get_running_loop().time() + self.start_timeout
        last_look = 0.0
        while not await _answers(path):
            now = asyncio.get_running_loop().time()
            if now - last_look > 1:
                last_look = now
                if await self.poll() is not None:
                    raise _not_started("The workspace ended while it started.", 500)
            if now > deadline:
                raise _not_started("The workspace did not start in time.", 504)
            await asyncio.sleep(POLL_SECONDS)

    def _register(self, grant: WorkspaceGrant, started_id: str) -> None:
        environment: dict[str, Any] = self.get_env()
        registrations.write(
            self._registrations,
            registrations.Registration(
                username=self.user.name,
                project=self.project,
                started_id=started_id,
                client_id=environment["JUPYTERHUB_CLIENT_ID"],
                client_secret=environment["JUPYTERHUB_API_TOKEN"],
                socket=f"{self._socket_folder.name}/{SOCKET_NAME}",
                mounts=grant.sources(),
                tier=grant.tier,
                networks=[*grant.networks],
            ),
        )


def _not_started(words: str, status: int) -> SpawnException:
    return SpawnException(f"{words} Try again.", reason="not started", status_code=status)


def _clear(folder: Path) -> None:
    """Empty a folder that is a mount of its own, and so cannot be removed."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _made(folder: Path) -> str:
    """Make a folder that the workspace's group may write, whatever the umask."""
    for path in (folder.parent, folder):
        if not path.exists():
            path.mkdir(parents=True)
            path.chmod(0o2770)
    return str(folder)


async def _answers(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    return True
