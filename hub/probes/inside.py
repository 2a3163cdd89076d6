"""Runs the probes where they are: in a workspace, or in its leaky twin.

usage: python -m hub.probes.inside < TARGETS.json    prints one JSON object
"""

import json
import sys
from collections.abc import Callable, Collection
from typing import Any

from hub.probes import container, network
from hub.probes.targets import Targets

ATTEMPTS: dict[str, Callable[[Targets], list[str]]] = {
    "N01": network.n01_web,
    "N02": network.n02_literal_addresses,
    "N03": network.n03_ipv6,
    "N04": network.n04_resolver,
    "N05": network.n05_direct_resolver,
    "N09": network.n09_gateways,
    "N10": network.n10_host,
    "N11": network.n11_metadata,
    "N12": network.n12_neighbours,
    "N13": network.n13_services,
    "S01": container.s01_secrets,
    "S02": container.s02_hub_token,
    "C01": container.c01_engine,
    "C02": container.c02_root,
    "C03": container.c03_capabilities,
    "C04": container.c04_system_calls,
    "D04": container.d04_other_peoples,
    # Last, since a door that is open here changes what the others would see.
    "D01": container.d01_change_data,
    "D02": container.d02_remount_data,
}


def targets_from(text: str) -> Targets:
    read: dict[str, Any] = json.loads(text)
    services = tuple((str(host), int(port)) for host, port in read.pop("services", ()))
    return Targets(services=services, **{name: tuple(value) for name, value in read.items()})


def run(targets: Targets, only: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """What each probe found open; `error` where it could not run."""
    results: dict[str, dict[str, Any]] = {}
    for probe_id, attempt in ATTEMPTS.items():
        if only and probe_id not in only:
            continue
        try:
            results[probe_id] = {"open": attempt(targets)}
        except Exception as error:  # noqa: BLE001  a probe that cannot run is reported, and fails
            results[probe_id] = {"error": f"{type(error).__name__}: {error}"}
    return results


if __name__ == "__main__":
    print(json.dumps(run(targets_from(sys.stdin.read()), sys.argv[1:])))  # noqa: T201
