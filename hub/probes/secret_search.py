"""Probes of what could be taken or forged: secrets, tokens, settings, answers."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hub.probes.data import listed, succeeds
from hub.probes.targets import Targets

SECRET = re.compile(rb"[0-9a-f]{64}")
TELLING_NAME = re.compile(r"(TOKEN|SECRET|PASSWORD|_KEY|DATABASE_URL|CREDENTIAL)")
SECRET_PLACES = ("/home/researcher", "/run", "/tmp", "/etc", "/opt/haven/etc", "/srv", "/mnt")  # noqa: S108
MOST_FILE_BYTES = 1024 * 1024
TOKEN_NAMES = (b"JUPYTERHUB_API_TOKEN=", b"JPY_API_TOKEN=")
HOME = Path("/home/researcher")
# Where Jupyter would look for a person's own settings.
SETTINGS_PLACES = (HOME / ".jupyter", HOME / ".local/etc/jupyter", HOME / "labconfig")
PLANTED_SETTING = "open({marker!r}, 'w').write('read')\n"
SERVER_SECONDS = 60
ANSWERS = Path("/run/haven")


def s01_secrets(targets: Targets) -> list[str]:
    known = set(targets.secret_hashes)
    found = [f"variable {name}" for name in os.environ if TELLING_NAME.search(name)]
    for place, content in _readable():
        hashes = (hashlib.sha256(match).hexdigest() for match in SECRET.findall(content))
        if known.intersection(hashes):
            found.append(f"a service's secret in {place}")
        if b"postgresql+psycopg://" in content or b"postgresql://" in content:
            found.append(f"a database address in {place}")
        if b"PRIVATE KEY-----" in content:
            found.append(f"a private key in {place}")
    return found


def s02_hub_token(_: Targets) -> list[str]:
    return [place for place, content in _readable() if any(n in content for n in TOKEN_NAMES)]


def s04_forged_answers(_: Targets) -> list[str]:
    """Who asks follows from the folder, so nothing but the folder could be forged."""
    places = (ANSWERS, ANSWERS / "answers", ANSWERS / "requests")
    found = []
    for place in places:
        mine = place / "haven-probe.json"
        if succeeds(mine.touch):
            mine.unlink()
            found.append(f"wrote an answer into {place}")
    return found


def s05_own_settings(_: Targets) -> list[str]:
    """Plant settings wherever a person can write, then let a server read its settings."""
    marker = Path("/tmp/haven-probe-settings")  # noqa: S108  the container's own
    marker.unlink(missing_ok=True)
    planted = list(_plant(PLANTED_SETTING.format(marker=str(marker))))
    try:
        subprocess.run(
            [sys.executable, "-m", "jupyter_server", "--show-config"],
            env=_server_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=SERVER_SECONDS, check=True,
        )  # fmt: skip
        return ["a server that runs a person's own settings"] if marker.exists() else []
    finally:
        for path in planted:
            path.unlink(missing_ok=True)
        marker.unlink(missing_ok=True)


def _plant(content: str) -> Iterator[Path]:
    for place in (*SETTINGS_PLACES, *_told_places()):
        path = place / "jupyter_server_config.py"
        try:
            place.mkdir(parents=True, exist_ok=True)
            with path.open("x") as file:
                file.write(content)
        except OSError:
            continue  # there is one already, or nobody may write there
        yield path


def _told_places() -> list[Path]:
    environment = _server_environment()
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_DATA_DIR")
    return [Path(environment[name]) for name in names if environment.get(name)]


def _server_environment() -> dict[str, str]:
    """The variables of the server that runs here; our own where none does."""
    for folder in listed(Path("/proc")):
        if not folder.name.isdigit():
            continue
        try:
            if b"jupyterlab" in (folder / "cmdline").read_bytes():
                pairs = (folder / "environ").read_bytes().decode().split("\0")
                return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        except OSError:
            continue
    return dict(os.environ)


def _readable() -> Iterator[tuple[str, bytes]]:
    """Everything that a person here can read and that could hold a secret."""
    for folder in listed(Path("/proc")):
        if folder.name.isdigit():
            yield from _content(folder / "environ")
    for place in SECRET_PLACES:
        for path, _, names in os.walk(place, followlinks=False):
            for name in names:
                file = Path(path) / name
                if file.is_file() and not file.is_symlink():
                    yield from _content(file)


def _content(file: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with file.open("rb") as opened:
            yield str(file), opened.read(MOST_FILE_BYTES)
    except OSError:
        return
