"""What the network probes have in common: whether anything answers there."""

import socket
import struct
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIMEOUT_SECONDS = 2.0
DNS_SECONDS = 0.7
AT_ONCE = 64
RECORD_TYPES = {"A": 1, "NULL": 10, "TXT": 16, "AAAA": 28}


def reached(hosts: Iterable[str], ports: Iterable[int]) -> list[str]:
    """The `host:port` that accept a connection, in the order asked."""
    wanted = tuple(ports)
    pairs = [(host, port) for host in hosts for port in wanted]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda pair: connects(*pair), pairs))
    return [f"{host}:{port}" for (host, port), yes in zip(pairs, answers, strict=True) if yes]


def connects(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS):
            return True
    except OSError:
        return False


def leaves(family: int, kind: int, protocol: int, address: tuple[str, int], data: bytes) -> bool:
    """Whether the kernel takes a packet for that address: nobody need answer for data to leave."""
    try:
        with socket.socket(family, kind, protocol) as sender:
            sender.settimeout(TIMEOUT_SECONDS)
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            return sender.sendto(data, address) > 0
    except OSError:
        return False


def resolvers() -> list[str]:
    """Those that the system names, and those that Docker and systemd put on loopback."""
    file = Path("/etc/resolv.conf")
    lines = file.read_text().splitlines() if file.exists() else []
    named = [line.split()[1] for line in lines if line.startswith("nameserver ")]
    return list(dict.fromkeys([*named, "127.0.0.11", "127.0.0.53"]))


def answered(server: str, name: str, record_type: int) -> bool:
    """Whether a resolver answers a question at all; "no such name" is an answer too."""
    query = _question(name, record_type)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            asker.settimeout(DNS_SECONDS)
            asker.connect((server, 53))
            asker.send(query)
            return asker.recv(2048)[:2] == query[:2]
    except OSError:
        return False


def swallowed(server: str, name: str) -> bool:
    """Whether somebody takes a question there, answered or not; for addresses of our own.

    Where nobody listens, the kernel says so at once.
    """
    query = _question(name, RECORD_TYPES["A"])
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(DNS_SECONDS)
            asker.connect((server, 53))
            asker.send(query)
            return bool(asker.recv(2048))
    except TimeoutError:
        return True
    except OSError:
        return False


def resolves(name: str) -> bool:
    try:
        return bool(socket.getaddrinfo(name, 80))
    except OSError:
        return False


def _question(name: str, record_type: int) -> bytes:
    header = struct.pack(">HHHHHH", 0x4856, 0x0100, 1, 0, 0, 0)
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return header + labels + b"\0" + struct.pack(">HH", record_type, 1)
