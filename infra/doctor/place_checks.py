"""The installation's own place on the machine: its files, its mount, its address."""

import os
import ssl
import stat
import time
from pathlib import Path

from hub.gateway.mounts import NO_LINKS
from infra import proxy
from infra.doctor.check import Check, NotWell, Weight
from infra.instance import Instance
from infra.tls import from_environment, host_of

A_DAY_SECONDS = 86_400
FEWEST_DAYS = 14


def secrets(instance: Instance) -> str:
    open_to_others = sorted(
        path.name
        for path in instance.secrets.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o077
    )
    if open_to_others:
        raise NotWell(f"readable by others: {', '.join(open_to_others)}")
    return "each readable by its own process only"


def folders_above(instance: Instance) -> str:
    for folder in (instance.home, *instance.home.parents):
        if not folder.exists():
            continue
        found = folder.stat()
        others_write = found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX
        if found.st_uid != 0 or others_write:
            raise NotWell(f"{folder} can be changed by others than root")
    return f"{instance.home} and all above it belong to root"


def sockets(instance: Instance) -> str:
    if not os.path.ismount(instance.sockets):
        raise NotWell("the sockets' file system is not mounted")
    return links(instance)


def links(instance: Instance) -> str:
    if not os.path.ismount(instance.sockets):
        return "not mounted yet"
    if not os.statvfs(instance.sockets).f_flag & NO_LINKS:
        raise NotWell("the sockets' file system follows links")
    return "mounted, follows no links"


def address(instance: Instance) -> str:
    """The settings were judged when they were read; this says again what they mean."""
    if instance.tls is None:
        from_environment(instance.public_url, instance.listen)
        return "plain http, on this machine only"
    return f"https, {instance.tls.source}"


def certificate(instance: Instance) -> str:
    if instance.tls is None or not instance.tls.ends_here:
        return "none is shown here"
    days = _days_left(instance)
    if days < FEWEST_DAYS and instance.tls.source == "own":
        raise NotWell(f"ends in {days:.0f} days")
    return f"good for {days:.0f} days" if days >= 1 else "renewed by the proxy within the day"


def _days_left(instance: Instance) -> float:
    name = host_of(instance.public_url)
    trust = ssl.create_default_context()
    if instance.trusted:
        trust.load_verify_locations(instance.trusted)
        trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        shown = proxy.certificate_shown(*proxy.reachable_at(instance), name, trust)
    except OSError as problem:
        raise NotWell(f"a browser would refuse it: {problem}") from problem
    return (ssl.cert_time_to_seconds(str(shown["notAfter"])) - time.time()) / A_DAY_SECONDS


def disk(instance: Instance) -> str:
    place = instance.home if instance.home.exists() else Path("/var/lib")
    found = os.statvfs(place)
    free = found.f_bavail / max(1, found.f_blocks)
    if free < 0.1:  # noqa: PLR2004  a tenth
        raise NotWell(f"{free:.0%} of {place} is free")
    return f"{free:.0%} of {place} is free"


CHECKS = (
    Check(
        check_id="P1",
        title="secrets",
        means="Whoever can read a service's secret can act as that service.",
        mend="chmod 0400 the files that are named, below HAVEN_HOME/secrets, and change what was "
        "in them.",
        weight=Weight.PROMISE,
        look=secrets,
        before_start=True,
    ),
    Check(
        check_id="P2",
        title="folders above",
        means="Whoever can rename a folder above the installation can put another in its place.",
        mend="Choose a HAVEN_HOME below folders that only root can change.",
        weight=Weight.PROMISE,
        look=folders_above,
        before_start=True,
    ),
    Check(
        check_id="P3",
        title="links",
        means="A workspace could put a link in place of its socket and lead the gateway anywhere.",
        mend="Run `haven down`, then `haven up`, which mounts it with nosymfollow.",
        weight=Weight.PROMISE,
        look=links,
        before_start=True,
    ),
    Check(
        check_id="P4",
        title="sockets",
        means="Without its mount no workspace can be opened.",
        mend="Run `haven up`; it must run once after a restart of the machine.",
        weight=Weight.FAULT,
        look=sockets,
    ),
    Check(
        check_id="P5",
        title="address",
        means="Passwords and data would cross the network unencrypted.",
        mend="Set HAVEN_PUBLIC_URL to https:// and say who encrypts; see docs/admins.md.",
        weight=Weight.PROMISE,
        look=address,
        before_start=True,
    ),
    Check(
        check_id="P6",
        title="certificate",
        means="Browsers refuse the address, or will soon.",
        mend="Put the new certificate and key in place and run `haven up`.",
        weight=Weight.FAULT,
        look=certificate,
    ),
    Check(
        check_id="P7",
        title="disk",
        means="A full disk stops releases, the ledger and new workspaces.",
        mend="Free some, or move HAVEN_HOME and the engine's folder to a larger disk.",
        weight=Weight.ADVICE,
        look=disk,
    ),
)
