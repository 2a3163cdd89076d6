"""Network probes. Each returns what it could reach; an empty list means that the door is shut."""

import socket
import struct
from collections.abc import Iterable
from pathlib import Path

from hub.probes.targets import Targets

TIMEOUT_SECONDS = 2.0
DNS_SECONDS = 0.7
HOST_PORTS = (22, 2375, 2376, 5432, 8000, 8080, 9000)
CONTAINER_PORTS = (22, 80, 443, 5432, 8000, 8001, 8081, 8333, 8888)
METADATA = ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254",
            "metadata.google.internal")  # fmt: skip
EXTERNAL_NAME = "example.com"
RECORD_TYPES = {"A": 1, "TXT": 16, "AAAA": 28}


def n01_web(_: Targets) -> list[str]:
    return _reached((EXTERNAL_NAME,), (80, 443))


def n02_literal_addresses(_: Targets) -> list[str]:
    return _reached(("1.1.1.1",), (443,)) + _reached(("8.8.8.8",), (53,))


def n03_ipv6(_: Targets) -> list[str]:
    return _reached(("2606:4700:4700::1111",), (443,))


def n04_resolver(_: Targets) -> list[str]:
    found = [f"{kind} by {server}" for server in _resolvers() for kind in RECORD_TYPES
             if _dns_answers(server, RECORD_TYPES[kind])]  # fmt: skip
    return found + (["the system's own lookup"] if _resolves(EXTERNAL_NAME) else [])


def n05_direct_resolver(_: Targets) -> list[str]:
    found = _reached(("1.1.1.1",), (853, 443, 53))
    return found + (["UDP 53"] if _dns_answers("1.1.1.1", RECORD_TYPES["A"]) else [])


def n09_gateways(targets: Targets) -> list[str]:
    return _reached(targets.gateways, HOST_PORTS)


def n10_host(targets: Targets) -> list[str]:
    return _reached(("host.docker.internal", *targets.host_addresses), HOST_PORTS)


def n11_metadata(_: Targets) -> list[str]:
    return _reached(METADATA, (80,))


def n12_neighbours(targets: Targets) -> list[str]:
    interfaces = sorted(path.name for path in Path("/sys/class/net").iterdir())
    found = [f"interface {name}" for name in interfaces if name not in _NO_WAY_OUT]
    return found + _reached(targets.containers, CONTAINER_PORTS)


def n13_services(targets: Targets) -> list[str]:
    return [place for host, port in targets.services for place in _reached((host,), (port,))]


# Made by the kernel in each network namespace where a tunnel module is loaded; they are down.
_NO_WAY_OUT = frozenset({"lo", "sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0",
                         "ip6_vti0", "ip6gre0", "ifb0", "ifb1", "dummy0"})  # fmt: skip


def _reached(hosts: Iterable[str], ports: Iterable[int]) -> list[str]:
    wanted = tuple(ports)
    return [f"{host}:{port}" for host in hosts for port in wanted if _connects(host, port)]


def _connects(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS):
            return True
    except OSError:
        return False


def _resolves(name: str) -> bool:
    try:
        return bool(socket.getaddrinfo(f"probe.{name}", 80))
    except OSError:
        return False


def _resolvers() -> list[str]:
    lines = Path("/etc/resolv.conf").read_text().splitlines() if _has_resolvers() else []
    named = [line.split()[1] for line in lines if line.startswith("nameserver ")]
    return [*named, "127.0.0.11", "127.0.0.53"]


def _has_resolvers() -> bool:
    return Path("/etc/resolv.conf").exists()


def _dns_answers(server: str, record_type: int) -> bool:
    query = struct.pack(">HHHHHH", 0x4856, 0x0100, 1, 0, 0, 0)
    query += b"".join(bytes([len(part)]) + part.encode() for part in EXTERNAL_NAME.split("."))
    query += b"\0" + struct.pack(">HH", record_type, 1)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            asker.settimeout(DNS_SECONDS)
            asker.connect((server, 53))
            asker.send(query)
            return len(asker.recv(512)) >= len(query)
    except OSError:
        return False
