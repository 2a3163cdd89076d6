"""Many workspaces: the time and memory of each that idles, and ten starts at once beside one.

usage: python -m benchmarks.spawn.many [IDLE] [AT_ONCE]

Needs a running installation (`haven up` or `haven demo`). Opens IDLE workspaces (30) of as many
people one after the other and writes down, for each, the seconds from the press to JupyterLab and
the memory of its container once all are open. Then stops them, and opens AT_ONCE (10) at the same
moment beside the median of single ones. Prints both and writes many.json beside this file.
"""

import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.people import Person, with_people
from infra import instance as instances
from infra.instance import Instance
from infra.shell import run

IDLE, AT_ONCE, SINGLE, SETTLE_SECONDS = 30, 10, 5, 20


def opened(person: Person) -> float:
    return person.browser.open_workspace(person.project, seconds=300)


def memory_bytes(instance: Instance) -> list[int]:
    """What each workspace's control group has charged, file cache that can be dropped left out."""
    ids = run("docker", "ps", "--quiet", "--no-trunc", "--filter",
              f"label=haven.instance={instance.name}").split()  # fmt: skip
    return [_charged(identity) for identity in ids]


def _charged(identity: str) -> int:
    old, new = Path("/sys/fs/cgroup/memory/docker"), Path("/sys/fs/cgroup")
    for folder in (old / identity, new / "docker" / identity,
                   new / "system.slice" / f"docker-{identity}.scope"):  # fmt: skip
        for name in ("memory.usage_in_bytes", "memory.current"):
            if (folder / name).exists():
                lines = (folder / "memory.stat").read_text().splitlines()
                stat = dict(line.split() for line in lines)
                dropped = stat.get("total_inactive_file") or stat.get("inactive_file") or "0"
                return int((folder / name).read_text()) - int(dropped)
    raise FileNotFoundError(f"no control group of {identity}")


def main() -> None:
    idle = int(sys.argv[1]) if len(sys.argv) > 1 else IDLE
    at_once = int(sys.argv[2]) if len(sys.argv) > 2 else AT_ONCE
    instance = instances.from_environment()
    with with_people(instance, max(idle, at_once)) as people:
        seconds = [round(opened(person), 2) for person in people[:idle]]
        time.sleep(SETTLE_SECONDS)
        mebibytes = [round(used / 1024**2) for used in memory_bytes(instance)]
        print(f"{idle} idle: seconds {statistics.median(seconds)} (last {seconds[-1]}), "
              f"MiB {statistics.median(mebibytes)} each", flush=True)  # fmt: skip
        for person in people:
            person.browser.close_workspace(person.project)
        singles = []
        for person in people[:SINGLE]:
            singles.append(opened(person))
            person.browser.close_workspace(person.project)
        started = time.monotonic()
        with ThreadPoolExecutor(at_once) as pool:
            together = list(pool.map(opened, people[:at_once]))
        took = time.monotonic() - started
    one = statistics.median(singles)
    result = {
        "idle": {"seconds": seconds, "mebibytes": mebibytes},
        "at_once": {"count": at_once, "single_median_seconds": round(one, 2),
                    "all_seconds": round(took, 2), "each_seconds": [round(s, 2) for s in together],
                    "ratio_to_one": round(took / one, 2)},
    }  # fmt: skip
    Path(__file__).with_name("many.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"{at_once} at once: {took:.2f} s, {took / one:.2f} x one")


if __name__ == "__main__":
    main()
