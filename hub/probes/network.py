"""Network probes. Each returns what it could reach; an empty list means that the door is shut."""

import socket
from pathlib import Path

from hub.probes.reach import RECORD_TYPES, answered, leaves, reached, resolvers, resolves
from hub.probes.targets import Targets

HOST_PORTS = (22, 2375, 2376, 5432, 8000, 8080, 9000)
CONTAINER_PORTS = (22, 80, 443, 5432, 8000, 8001, 8081, 8333, 8888)
LOW_PORTS = range(1, 1025)
METADATA = ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254",
            "metadata.google.internal")  # fmt: skip
EXTERNAL_NAME = "example.com"
ASKED = ("A", "TXT", "AAAA")
# One host on each side of the gateway is enough to see a shared network.
NEAR_HOSTS = (2, 3, 4, 5)


def n01_web(_: Targets) -> list[str]:
    return reached((EXTERNAL_NAME,), (80, 443))


def n02_literal_addresses(_: Targets) -> list[str]:
    return reached(("1.1.1.1",), (443,)) + reached(("8.8.8.8",), (53,))


def n03_ipv6(_: Targets) -> list[str]:
    return reached(("2606:4700:4700::1111",), (443,))


def n04_resolver(_: Targets) -> list[str]:
    found = [f"{kind} by {server}" for server in resolvers() for kind in ASKED
             if answered(server, EXTERNAL_NAME, RECORD_TYPES[kind])]  # fmt: skip
    named = resolves(f"probe.{EXTERNAL_NAME}")
    return found + (["the system's own lookup"] if named else [])


def n05_direct_resolver(_: Targets) -> list[str]:
    found = reached(("1.1.1.1",), (853, 443, 53))
    return found + (["UDP 53"] if answered("1.1.1.1", EXTERNAL_NAME, RECORD_TYPES["A"]) else [])


def n09_gateways(targets: Targets) -> list[str]:
    return reached(targets.gateways, HOST_PORTS)


def n10_host(targets: Targets) -> list[str]:
    return reached(("host.docker.internal", *targets.host_addresses), HOST_PORTS)


def n11_metadata(_: Targets) -> list[str]:
    return reached(METADATA, (80,))


def n12_neighbours(targets: Targets) -> list[str]:
    interfaces = sorted(path.name for path in Path("/sys/class/net").iterdir())
    found = [f"interface {name}" for name in interfaces if name not in _NO_WAY_OUT]
    found += reached(targets.containers, CONTAINER_PORTS)
    found += reached(targets.containers[:1], LOW_PORTS)[:5]
    near = [gateway.rsplit(".", 1)[0] + f".{last}"
            for gateway in targets.gateways if "." in gateway for last in NEAR_HOSTS]  # fmt: skip
    found += reached(near, (8888, 8000))
    for where, address in (("broadcast", "255.255.255.255"), ("multicast", "224.0.0.251")):
        if leaves(socket.AF_INET, socket.SOCK_DGRAM, 0, (address, 5353), b"haven"):
            found.append(where)
    return found


def n13_services(targets: Targets) -> list[str]:
    return [place for host, port in targets.services for place in reached((host,), (port,))]


# Made by the kernel in each network namespace where a tunnel module is loaded; they are down.
_NO_WAY_OUT = frozenset({"lo", "sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0",
                         "ip6_vti0", "ip6gre0", "ifb0", "ifb1", "dummy0"})  # fmt: skip
