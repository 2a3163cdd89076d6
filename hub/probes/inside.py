"""Runs the probes where they are: in a workspace, or in its leaky twin.

usage: python -m hub.probes.inside [ID ...] < TARGETS.json    prints one JSON object
"""

import json
import sys
from collections.abc import Callable, Collection
from typing import Any

from hub.probes import container, data, limits, network, packages, secret_search, tunnels
from hub.probes.targets import Targets

ATTEMPTS: dict[str, Callable[[Targets], list[str]]] = {
    "N01": network.n01_web,
    "N02": network.n02_literal_addresses,
    "N03": network.n03_ipv6,
    "N04": network.n04_resolver,
    "N05": network.n05_direct_resolver,
    "N06": tunnels.n06_embedded_resolver,
    "N07": tunnels.n07_long_names,
    "N08": tunnels.n08_other_protocols,
    "N09": network.n09_gateways,
    "N10": network.n10_host,
    "N11": network.n11_metadata,
    "N12": network.n12_neighbours,
    "N13": network.n13_services,
    "N14": tunnels.n14_proxies,
    "N15": tunnels.n15_round_the_proxy,
    "N16": tunnels.n16_tools,
    "P02": packages.p02_unlisted,
    "P03": packages.p03_uploads,
    "P04": packages.p04_data_in_addresses,
    "P05": packages.p05_look_alikes,
    "S01": secret_search.s01_secrets,
    "S02": secret_search.s02_hub_token,
    "S04": secret_search.s04_forged_answers,
    "S05": secret_search.s05_own_settings,
    "C01": container.c01_engine,
    "C02": container.c02_root,
    "C03": container.c03_capabilities,
    "C04": container.c04_system_calls,
    "C05": container.c05_processes,
    "C06": limits.c06_devices,
    "C07": limits.c07_limits,
    "C08": limits.c08_root,
    "C09": limits.c09_kernel,
    "D03": data.d03_links_and_roots,
    "D04": data.d04_other_peoples,
    "D06": data.d06_other_outputs,
    "D07": data.d07_shared_folder,
    # Last, since a door that is open here changes what the others would see.
    "D01": data.d01_change_data,
    "D02": data.d02_remount_data,
}


def targets_from(text: str) -> Targets:
    read: dict[str, Any] = json.loads(text)
    read["services"] = [(str(host), int(port)) for host, port in read.get("services", ())]
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in read.items()
    }
    return Targets(**told)


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
