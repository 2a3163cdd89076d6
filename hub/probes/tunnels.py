"""Probes of the ways round: names that carry data, other protocols, and proxies."""

import os
import secrets
import socket
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hub.probes.network import EXTERNAL_NAME
from hub.probes.reach import (
    AT_ONCE,
    RECORD_TYPES,
    answered,
    leaves,
    reached,
    resolvers,
    resolves,
    swallowed,
)
from hub.probes.targets import Targets

PUBLIC = "1.1.1.1"
PROXY_PORTS = (1080, 3128, 8080, 8118, 8888)
TOOL_HOSTS = ("github.com", "140.82.112.3")
# git, ssh, rsync, mail, ftp
TOOL_PORTS = (9418, 22, 873, 25, 587, 465, 21)
SCTP = 132
SECONDS = 1.0
Address = str | tuple[str, int]
SOCKET_FOLDERS = ("/run", "/tmp", "/var", "/home", "/outputs", "/inputs")  # noqa: S108
# What a proxy says that passes a request on, or tried to.
PROXY_SAYS = (b" 200 ", b" 407 ", b" 502 ", b" 503 ", b" 504 ")


def n06_embedded_resolver(_: Targets) -> list[str]:
    """A name that nobody has asked before cannot come from a cache: somebody passed it on."""
    name = f"{secrets.token_hex(8)}.{EXTERNAL_NAME}"
    found = [f"somebody listens at {server}" for server in ("127.0.0.11", "127.0.0.1")
             if swallowed(server, name)]  # fmt: skip
    return found + (["the system's own lookup"] if resolves(name) else [])


def n07_long_names(_: Targets) -> list[str]:
    """Names as long as they may be, as tunnels through the name service make them."""
    name = ".".join([*(secrets.token_hex(31) for _ in range(3)), EXTERNAL_NAME])
    return [f"{kind} by {server}" for server in (*resolvers(), "8.8.8.8")
            for kind in ("TXT", "NULL") if answered(server, name, RECORD_TYPES[kind])]  # fmt: skip


def n08_other_protocols(_: Targets) -> list[str]:
    echo = bytes.fromhex("0800f7ff00000000")
    udp = (socket.AF_INET, socket.SOCK_DGRAM, 0)
    ways = {
        "ICMP echo": (socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP, (PUBLIC, 0), echo),
        "a raw packet": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP, (PUBLIC, 0), echo),
        "UDP 123 (time)": (*udp, (PUBLIC, 123), b"\x23" + bytes(47)),
        "UDP 443 (QUIC)": (*udp, (PUBLIC, 443), bytes(1200)),
        "SCTP": (socket.AF_INET, socket.SOCK_SEQPACKET, SCTP, (PUBLIC, 5000), b"haven"),
    }
    found = [name for name, way in ways.items() if leaves(*way)]
    return found + (["a socket beneath IP"] if _packet_socket() else [])


def n14_proxies(_: Targets) -> list[str]:
    """Ask everything that listens in here to pass a request on, as one asks a proxy."""
    ports: list[Address] = [("127.0.0.1", port) for port in _loopback_ports()]
    places = [*ports, *sorted(_sockets())]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(_passes_on, places))
    return [str(place) for place, yes in zip(places, answers, strict=True) if yes]


def n15_round_the_proxy(targets: Targets) -> list[str]:
    """Where a proxy is configured, a program need not use it; where none is, one may be near."""
    told = [f"variable {name}" for name in os.environ if name.lower().endswith("_proxy")]
    found = reached(targets.gateways, PROXY_PORTS) + reached((PUBLIC,), (80, 443))
    return found + told


def n16_tools(_: Targets) -> list[str]:
    return reached(TOOL_HOSTS, TOOL_PORTS)


def _packet_socket() -> bool:
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0):
            return True
    except OSError:
        return False


def _loopback_ports() -> list[int]:
    listening = set(PROXY_PORTS)
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                listening.add(int(fields[1].rsplit(":", 1)[1], 16))
    return sorted(listening)


def _sockets() -> Iterable[str]:
    lines = Path("/proc/self/net/unix").read_text().splitlines()[1:]
    named = {line.split()[7] for line in lines if len(line.split()) > 7}  # noqa: PLR2004  its name
    return {path for path in named if path.startswith("/")} | set(_socket_files())


def _socket_files() -> Iterator[str]:
    for folder in SOCKET_FOLDERS:
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)  # noqa: PTH118  many files: text is enough
                try:
                    if stat.S_ISSOCK(os.lstat(path).st_mode):
                        yield path
                except OSError:
                    continue


def _passes_on(address: Address) -> bool:
    host = f"Host: {EXTERNAL_NAME}\r\n\r\n"
    asked = (
        f"CONNECT {EXTERNAL_NAME}:443 HTTP/1.1\r\n{host}",
        f"GET http://{EXTERNAL_NAME}/ HTTP/1.1\r\nConnection: close\r\n{host}",
    )
    return any(_says_yes(address, text.encode()) for text in asked)


def _says_yes(address: Address, request: bytes) -> bool:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as asker:
            asker.settimeout(SECONDS)
            asker.connect(address)
            asker.sendall(request)
            first = asker.recv(200).split(b"\r\n", 1)[0]
    except OSError:
        return False
    return first.startswith(b"HTTP/") and any(word in first + b" " for word in PROXY_SAYS)
