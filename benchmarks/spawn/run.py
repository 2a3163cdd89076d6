"""Browser-to-ready of a workspace, beside the same image started by bare `docker run`.

usage: python -m benchmarks.spawn.run [ROUNDS]

Needs a running installation with the demo's people (`haven demo`). Both are measured in one run,
taking turns: (a) `docker run` with the same image and limits, until its server answers on its
socket; (b) the press of "Open workspace" by a signed-in person, until JupyterLab's page is there,
with the hub, the portal's word, the gateway and its sign-in in between. Prints the ratio of the
medians and writes result.json beside this file.
"""

import json
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

from hub.client.browser import Browser
from hub.container import UID
from infra import instance as instances
from infra.compose import workspace_image
from infra.demo import accounts
from infra.shell import run
from registry.domain.limits import PROFILES

ROUNDS = 20
# As the spawner gives to who has not chosen a size.
SIZE = PROFILES[0]
CPUS = min(SIZE.cpus, float(os.cpu_count() or 1))
BASE = "/user/bench/bare/"


def bare(image: str) -> float:
    """Seconds from `docker run` to a page from the server."""
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, UID, UID)
    started = time.monotonic()
    name = run(
        "docker", "run", "--detach", "--rm", "--network", "none", "--read-only",
        "--user", f"{UID}:{UID}", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true",
        "--memory", f"{SIZE.memory_bytes}", "--cpus", f"{CPUS}", "--tmpfs", "/tmp:mode=1777",
        "--tmpfs", f"/home/researcher:uid={UID},mode=0700",
        "--env", f"HAVEN_BASE_URL={BASE}", "--env", "HAVEN_TIER=browser",
        "--env", "HAVEN_SOCKET=/run/workspace/lab.sock",
        "--volume", f"{folder}:/run/workspace", image,
    ).strip()  # fmt: skip
    while not page_answers(folder / "lab.sock"):
        time.sleep(0.02)
    seconds = time.monotonic() - started
    run("docker", "rm", "--force", name)
    shutil.rmtree(folder)
    return seconds


def page_answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(30)
            caller.connect(str(path))
            caller.sendall(f"GET {BASE}lab HTTP/1.0\r\nHost: x\r\n\r\n".encode())
            return b" 200 " in caller.recv(64)
    except OSError:
        return False


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    instance = instances.from_environment()
    image = workspace_image(instance)
    seconds: dict[str, list[float]] = {"bare": [], "haven": []}
    with Browser(instance.public_url, accounts.RESEARCHER, instance.trusted) as browser:
        browser.sign_in(accounts.password(instance))
        for number in range(rounds + 1):
            browser.close_workspace(accounts.PROJECT)
            pair = {"bare": bare(image), "haven": browser.open_workspace(accounts.PROJECT)}
            print(f"bare {pair['bare']:.2f} s   haven {pair['haven']:.2f} s", flush=True)
            if number:  # the first round warms caches
                for kind, took in pair.items():
                    seconds[kind].append(round(took, 3))
    medians = {kind: statistics.median(took) for kind, took in seconds.items()}
    ratio = medians["haven"] / medians["bare"]
    result = {"seconds": seconds, "median_seconds": medians, "ratio_haven_to_bare": round(ratio, 3)}
    Path(__file__).with_name("result.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"medians in seconds: {medians}; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
