"""The package mirror on the workspace's own loopback: pip speaks TCP, the mirror a unix socket.

Standard library only. It passes bytes between the two and looks at none: what may be asked is
decided by the mirror, at the socket's other end.
"""

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hub.workspace.supervisor import Part, Supervisor

PORT: Final = 3141
MIRROR: Final = Path("/run/packages/mirror.sock")
MOST_CONNECTIONS: Final = 16
IDLE_SECONDS: Final = 120.0
CHUNK_BYTES: Final = 64 * 1024


class Forwarder:
    """Listens on loopback. `port`: 0 for any that is free."""

    def __init__(self, mirror: Path, port: int = PORT) -> None:
        self._mirror = mirror
        self._listener = socket.create_server(("127.0.0.1", port), reuse_port=False)
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def run(self) -> None:
        """Pass connections on until it is closed."""
        while True:
            self._free.acquire()
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(caller,), daemon=True).start()

    def close(self) -> None:
        # Closing alone does not wake who waits in `accept`.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _pass_on(self, caller: socket.socket) -> None:
        try:
            with caller, socket.socket(socket.AF_UNIX) as mirror:
                for one in (caller, mirror):
                    one.settimeout(IDLE_SECONDS)
                mirror.connect(os.fspath(self._mirror))
                back = threading.Thread(target=_pump, args=(mirror, caller), daemon=True)
                back.start()
                _pump(caller, mirror)
                back.join()
        except OSError:
            return  # the mirror is away: the caller sees the connection end
        finally:
            self._free.release()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK_BYTES):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def part(environment: Mapping[str, str]) -> Part:
    """The forwarder as a part of what a supervisor keeps running."""
    command = (sys.executable, "-I", "-m", "hub.workspace.forwarder", "once")
    return Part(name="packages", command=command, environment=environment)


def keep_beside(environment: Mapping[str, str]) -> None:
    """Start what keeps the forwarder running, as a process beside this one."""
    command = [sys.executable, "-I", "-m", "hub.workspace.forwarder"]
    os.posix_spawn(command[0], command, dict(environment), setpgroup=0)


def main(arguments: list[str]) -> None:
    if arguments == ["once"]:
        Forwarder(MIRROR).run()
        return
    Supervisor((part(os.environ),)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
