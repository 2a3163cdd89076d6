"""Bringing an installation up and taking it down."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from infra import engine, folders, images, proxy, secrets, tls
from infra.compose import compose
from infra.doctor.examine import refuse_to_start
from infra.errors import NotReady
from infra.instance import UIDS, Instance
from infra.probes import schedule
from infra.progress import step
from infra.services import names as service_names
from infra.services import wait_until_well
from infra.shell import run
from infra.wheels import cache_folder

MIGRATION_SECONDS = 300
BEHIND_THE_PROXY = ("portal", "worker", "views", "mirror", "hub", "gateway")


def up(instance: Instance) -> None:
    """Build what is missing and start everything; what runs already is left alone.

    Raises:
        NotReady: Something this machine lacks, a setting that would void a promise, or a service
            that did not come up.
    """
    if instance.tls:
        host = tls.host_of(instance.public_url)
        names = [host, f"*.{host}"] if instance.subdomains else [host]
        tls.require_usable(instance.tls, names=names)
    folders.require_ours(instance)
    with step("Docker engine"):
        engine.ensure_running()
    with step("What would void a promise"):
        refuse_to_start(instance)
    for image in images.missing():
        with step(f"Build image {image.name}"):
            images.build(image)
    if instance.runtime:
        with step(f"Try the runtime {instance.runtime}"):
            refuse_to_start(instance, "E10")
    with step("Folders and secrets"):
        folders.ensure(instance)
        secrets.ensure(instance)
        proxy.hand_over(instance)
    with step("Start database and store"):
        compose(instance, "up", "--detach", "database", "store")
        wait_until_well(instance, "database", "store")
    with step("Bring the database to this version"):
        _migrate(instance)
    with step("Start portal, worker, hub and gateway"):
        compose(instance, "up", "--detach", *BEHIND_THE_PROXY)
        wait_until_well(instance, *BEHIND_THE_PROXY)
    with step("Prove that the store locks releases"):
        _require_locks(instance)
    with step("Start the proxy"):
        compose(instance, "up", "--detach", "--remove-orphans")
        wait_until_well(instance, *service_names(instance))
        proxy.wait_until_encrypted(instance)
    proxy.export_authority(instance)


def _require_locks(instance: Instance) -> None:
    try:
        refuse_to_start(instance, "D3")
    except NotReady:
        # It may run from before; nobody is let in to a store that forgets. Stopped alone it would
        # return with the engine.
        compose(instance, "rm", "--stop", "--force", "proxy")
        raise


def _migrate(instance: Instance) -> None:
    uid = str(UIDS["portal"])
    run("docker", "run", "--rm", "--network", f"{instance.name}_data", "--user", f"{uid}:{uid}",
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "--read-only",
        "--volume", f"{instance.secrets / 'migrate'}:/run/secrets:ro",
        images.tag("service"), "python", "-m", "infra.migrate",
        timeout_seconds=MIGRATION_SECONDS)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """One thing that `down` took away, for telling."""

    kind: str
    name: str


def down(instance: Instance, *, volumes: bool, keep_images: bool = False) -> Iterator[Removed]:
    """Stop everything and say what went.

    Args:
        instance: Which installation.
        volumes: Also remove the data, the secrets, the images and the downloaded packages, and
            stop the Docker engine if Haven started it and nothing else runs on it.
        keep_images: Leave images, packages and engine, for the next installation.

    Raises:
        NotReady: The home is not this installation's own folder.
    """
    folders.require_ours(instance)
    if schedule.stop(instance):
        yield Removed(kind="process", name="the nightly isolation probes")
    if not engine.answers():
        if not volumes:
            return
        engine.ensure_running()
    yield from _remove_workspaces(instance)
    yield from _remove_services(instance, volumes=volumes)
    folders.release(instance)
    if not volumes:
        return
    schedule.log_file(instance).unlink(missing_ok=True)
    if instance.home.exists():
        shutil.rmtree(instance.home)
        yield Removed(kind="folder", name=str(instance.home))
    if keep_images:
        return
    for name in images.remove_unused():
        yield Removed(kind="image", name=name)
    if cache_folder().exists():
        shutil.rmtree(cache_folder())
        yield Removed(kind="folder", name=f"{cache_folder()} (downloaded packages)")
    if engine.stop_if_ours():
        yield Removed(kind="process", name="the Docker engine that Haven had started")


def _remove_workspaces(instance: Instance) -> Iterator[Removed]:
    listed = [
        name
        for label in ("haven.instance", "haven.storage", "haven.rerun")
        for name in run("docker", "ps", "--all", "--filter", f"label={label}={instance.name}",
                        "--format", "{{.Names}}").split()
    ]  # fmt: skip
    for name in listed:
        run("docker", "rm", "--force", "--volumes", name)
        yield Removed(kind="workspace", name=name)


def _remove_services(instance: Instance, *, volumes: bool) -> Iterator[Removed]:
    listed = list(_belongings(instance, volumes=volumes))
    if listed:
        compose(instance, "down", "--remove-orphans", *(["--volumes"] if volumes else []))
    yield from listed


def _belongings(instance: Instance, *, volumes: bool) -> Iterator[Removed]:
    label = f"label=com.docker.compose.project={instance.name}"
    queries = {"container": ["ps", "--all"], "network": ["network", "ls"]}
    if volumes:
        queries["volume"] = ["volume", "ls"]
    for kind, query in queries.items():
        field = "{{.Names}}" if kind == "container" else "{{.Name}}"
        for name in run("docker", *query, "--filter", label, "--format", field).split():
            yield Removed(kind=kind, name=name)
