"""The leaky twin: the workspace's image with every door open.

There each probe can show that it would notice. It runs as root in a container of its own, without
a network: all addresses are made local to it, and a listener answers on each port that is tried.

usage: python -m hub.probes.leaky [ID ...] < TARGETS.json     prints what the probes found
"""

import contextlib
import os
import selectors
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

from hub.probes import network, packages, tunnels
from hub.probes.inside import targets_from

RTM_NEWROUTE, ROUTE_FLAGS = 24, 0x1 | 0x4 | 0x400
TABLE_LOCAL, SCOPE_HOST, TYPE_LOCAL, PROTOCOL_BOOT = 255, 254, 2, 3
OUTPUT_INTERFACE = 4
PROXY_PORT, STRANGER = 3128, 64999
# A proxy, and a mirror that says yes to whatever it is asked.
ANSWERING = frozenset({PROXY_PORT, packages.PLACE[1]})


def make_every_address_local() -> None:
    """`ip route add local default dev lo`, for IPv4 and IPv6, said to the kernel directly."""
    loopback = socket.if_nametoindex("lo")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
        for family in (socket.AF_INET, socket.AF_INET6):
            body = struct.pack("BBBBBBBBI", family, 0, 0, 0, TABLE_LOCAL, PROTOCOL_BOOT,
                               SCOPE_HOST, TYPE_LOCAL, 0)  # fmt: skip
            body += struct.pack("HHI", 8, OUTPUT_INTERFACE, loopback)
            kernel.send(
                struct.pack("IHHII", 16 + len(body), RTM_NEWROUTE, ROUTE_FLAGS, 1, 0) + body
            )
            kernel.recv(4096)


def listen(ports: set[int]) -> None:
    for port in ports - ANSWERING:
        for family in (socket.AF_INET, socket.AF_INET6):
            listener = socket.socket(family)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(("", port))
            listener.listen(64)
            _hang_up.register(listener, selectors.EVENT_READ)
    threading.Thread(target=_hang_up_on_everybody, daemon=True).start()
    threading.Thread(target=_answer_names, daemon=True).start()
    for port in ANSWERING:
        threading.Thread(target=_pass_requests_on, args=(port,), daemon=True).start()


_keep: list[socket.socket] = []
_hang_up = selectors.DefaultSelector()


def _hang_up_on_everybody() -> None:
    """Take each connection, so that the next one finds room."""
    while True:
        for ready, _ in _hang_up.select():
            with contextlib.suppress(OSError):
                ready.fileobj.accept()[0].close()  # type: ignore[union-attr]  # a listener


def _answer_names() -> None:
    """Answer each question with itself and one made-up record."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("", 53))
        while True:
            question, asker = server.recvfrom(2048)
            answer = question[:2] + b"\x81\x80" + question[4:6] + b"\0\1\0\0\0\0" + question[12:]
            server.sendto(answer + b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4\x01\x02\x03\x04", asker)


def _pass_requests_on(port: int) -> None:
    """A proxy, as far as anybody who asks it can tell."""
    with socket.create_server(("", port), backlog=64) as server:
        while True:
            asker, _ = server.accept()
            with contextlib.suppress(OSError), asker:
                asker.recv(4096)
                asker.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")


def plant() -> None:
    """What no workspace may hold: an engine's socket, somebody else's process, a way to write."""
    for folder in ("/var/run", "/inputs", "/run/haven/answers", "/outputs"):
        with contextlib.suppress(FileExistsError):
            Path(folder).mkdir(parents=True)
    engine = socket.socket(socket.AF_UNIX)
    engine.bind("/var/run/docker.sock")
    engine.listen()
    _keep.append(engine)
    os.mknod("/dev/haven-probe", 0o60600, os.makedev(7, 99))
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], user=STRANGER)


def open_the_network(text: str) -> None:
    """Make this network namespace one from which everything can be reached.

    Args:
        text: The targets, as JSON.
    """
    targets = targets_from(text)
    make_every_address_local()
    ports = {80, 443, 853, 53, *network.HOST_PORTS, *network.CONTAINER_PORTS,
             *tunnels.TOOL_PORTS, *tunnels.PROXY_PORTS}  # fmt: skip
    listen(ports | {port for _, port in targets.services})


def main() -> None:
    text = sys.stdin.read()
    open_the_network(text)
    plant()
    environment = {**os.environ, "JUPYTERHUB_API_TOKEN": "planted"}
    subprocess.run([sys.executable, "-m", "hub.probes.inside", *sys.argv[1:]],  # noqa: S603
                   input=text.encode(), env=environment, check=True)  # fmt: skip


if __name__ == "__main__":
    main()
