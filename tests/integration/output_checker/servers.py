"""S3 servers from their PyPI wheels, on loopback, ended by their process ids."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

WORKER_KEYS = ("worker-access", "worker-secret-0123456789")
PORTAL_KEYS = ("portal-access", "portal-secret-0123456789")
ROOT_KEYS = ("root-access", "root-secret-0123456789")

IDENTITIES = {
    "identities": [
        {
            "name": "worker",
            "credentials": [{"accessKey": WORKER_KEYS[0], "secretKey": WORKER_KEYS[1]}],
            "actions": ["Admin:releases", "Admin:unlocked"],
        },
        {
            "name": "portal",
            "credentials": [{"accessKey": PORTAL_KEYS[0], "secretKey": PORTAL_KEYS[1]}],
            "actions": ["Read:releases", "List:releases"],
        },
    ]
}


def free_ports(count: int) -> list[int]:
    # SeaweedFS serves gRPC on each port plus ten thousand.
    found: list[int] = []
    # Test processes side by side have numbers next to each other.
    candidate = 20_000 + os.getpid() * 101 % 5_000
    while len(found) < count:
        candidate += 1
        if is_free(candidate) and is_free(candidate + 10_000):
            found.append(candidate)
    return found


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def binary(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} comes with requirements/dev.txt"
    return found


@dataclass
class Server:
    """A process that can be stopped and started again on the same port and data."""

    command: list[str]
    port: int
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, **self.environment},
            )
        deadline = time.monotonic() + 60
        while not self.refuses_strangers():
            assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
            assert time.monotonic() < deadline, "the S3 server did not start"
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def refuses_strangers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://{self.endpoint}/", timeout=2)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code == 403
        except OSError:
            return False
        raise AssertionError("the store answers strangers")


def seaweed(folder: Path) -> Server:
    s3, master, volume, filer = free_ports(4)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "s3.json").write_text(json.dumps(IDENTITIES))
    command = [
        binary("weed"), "-logtostderr=true", "server", f"-dir={folder}/data",
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
        f"-volume.port={volume}", "-volume.max=8", "-volume.preStopSeconds=0",
        "-master.volumeSizeLimitMB=64", "-master.telemetry=false", "-filer", f"-filer.port={filer}",
        f"-filer.localSocket={folder}/f.sock", "-s3", f"-s3.port={s3}",
        f"-s3.localSocket={folder}/s.sock", f"-s3.config={folder}/s3.json", "-s3.iam=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0",
    ]  # fmt: skip
    return Server(command=command, port=s3, folder=folder)


def juicefs(folder: Path) -> Server:
    (port,) = free_ports(1)
    meta = f"sqlite3://{folder}/meta.db"
    subprocess.run(
        [binary("juicefs"), "format", "--storage", "file", "--bucket", f"{folder}/bucket/",
         meta, "proof"], capture_output=True, check=True,
    )  # fmt: skip
    command = [
        binary("juicefs"), "gateway", "--multi-buckets", "--no-usage-report",
        "--log", f"{folder}/gateway.log", "--cache-dir", f"{folder}/cache", meta,
        f"127.0.0.1:{port}",
    ]  # fmt: skip
    keys = {"MINIO_ROOT_USER": ROOT_KEYS[0], "MINIO_ROOT_PASSWORD": ROOT_KEYS[1]}
    return Server(command=command, port=port, folder=folder, environment=keys)
