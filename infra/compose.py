"""The compose file, run with whichever compose this machine has."""

import os
from pathlib import Path

from infra import images, notifying, proxy, secrets
from infra.errors import NotReady
from infra.instance import REPOSITORY, Instance
from infra.shell import run, succeeds

FOLDER = REPOSITORY / "infra" / "compose"


def program() -> list[str]:
    if succeeds(["docker", "compose", "version"]):
        return ["docker", "compose"]
    if succeeds(["docker-compose", "version"]):
        return ["docker-compose"]
    raise NotReady("Neither `docker compose` nor docker-compose is there: "
                   "apt-get install docker-compose")  # fmt: skip


def compose(instance: Instance, *arguments: str, timeout_seconds: float = 600) -> str:
    files = [part for name in _files(instance) for part in ("--file", str(FOLDER / name))]
    command = [*program(), "--project-name", instance.name, *files, *arguments]
    return run(*command, env=environment(instance), timeout_seconds=timeout_seconds,
               stderr_too=True)  # fmt: skip


def _files(instance: Instance) -> list[str]:
    onward = instance.tls is not None and instance.tls.plain_listen
    return [
        "compose.yaml",
        *(["plain-port.yaml"] if onward else []),
        *(["notifier.yaml"] if instance.notifying else []),
        *(["provider.yaml"] if instance.signing_in.provider else []),
    ]


def environment(instance: Instance) -> dict[str, str]:
    return {
        **os.environ,
        "HAVEN_INSTANCE": instance.name,
        "HAVEN_HOME": str(instance.home),
        "HAVEN_LISTEN": instance.listen,
        "HAVEN_LISTEN_PLAIN": instance.tls.plain_listen if instance.tls else "",
        "HAVEN_PROXY_PORT": str(proxy.published_port(instance)),
        "HAVEN_PROXY_FINGERPRINT": proxy.fingerprint(instance),
        "HAVEN_PUBLIC_URL": instance.public_url,
        "HAVEN_RETENTION_DAYS": str(instance.retention_days),
        "HAVEN_DOCKER_GID": str(Path("/var/run/docker.sock").stat().st_gid),
        "HAVEN_SERVICE_IMAGE": images.tag("service"),
        "HAVEN_DATABASE_IMAGE": images.tag("database"),
        "HAVEN_STORE_IMAGE": images.tag("store"),
        "HAVEN_WORKSPACE_IMAGE": _workspace_image(),
        "HAVEN_WORKSPACE_RUNTIME": instance.runtime,
        "HAVEN_PACKAGES_ASK": os.environ.get("HAVEN_PACKAGES_ASK") or instance.public_url,
        "HAVEN_SUBDOMAINS": "yes" if instance.subdomains else "no",
        **instance.signing_in.for_compose(),
        **notifying.for_compose(instance.notifying),
        "HAVEN_PORTAL_FINGERPRINT": secrets.fingerprint(instance, "portal"),
        "HAVEN_NOTIFIER_FINGERPRINT": secrets.fingerprint(instance, "notifier"),
        "COMPOSE_HTTP_TIMEOUT": "300",
    }


def _workspace_image() -> str:
    # Its content id where it is built; stopping and reading logs need no image at all.
    return images.image_id("workspace") if images.exists("workspace") else images.tag("workspace")


def execute(instance: Instance, service: str, *command: str, stdin: bytes | None = None) -> str:
    """Run a command in a running service's container and return what it printed."""
    return run("docker", "exec", "-i", container(instance, service), *command, stdin=stdin)


def running_image(instance: Instance) -> str:
    """The image that the services run now, which an edit of the checkout does not change."""
    portal = container(instance, "portal")
    return run("docker", "inspect", "--format", "{{.Image}}", portal).strip()


def workspace_image(instance: Instance) -> str:
    """The image that the hub starts workspaces from now."""
    template = "{{range .Config.Env}}{{println .}}{{end}}"
    lines = run("docker", "inspect", "--format", template, container(instance, "hub")).splitlines()
    name = "HAVEN_WORKSPACE_IMAGE="
    return next(line.removeprefix(name) for line in lines if line.startswith(name))


def container(instance: Instance, service: str) -> str:
    """The id of a service's running container."""
    found = run(
        "docker", "ps", "-q",
        "--filter", f"label=com.docker.compose.project={instance.name}",
        "--filter", f"label=com.docker.compose.service={service}",
    ).split()  # fmt: skip
    if not found:
        raise NotReady(f"The {service} does not run; `haven up` starts it")
    return found[0]
