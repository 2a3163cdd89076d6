"""First process of a workspace: tightens what the kernel grants, then becomes what its tier shows.

Standard library only. Runs as the researcher, so nothing here is a boundary by itself: the
container and the gateway are. It closes doors that Docker's default profile leaves open.
"""

import ctypes
import os
import platform
import struct
import sys
from pathlib import Path

from hub.workspace import forwarder, screen

# number of the system call on x86_64, on aarch64
DENIED_CALLS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "userfaultfd": (323, 282),
}
SOCKET_CALL = (41, 198)
CLONE3_CALL = (435, 435)
# AF_VSOCK reaches the hypervisor, AF_ALG the kernel's crypto, AF_TIPC and AF_BLUETOOTH drivers.
DENIED_FAMILIES = (40, 38, 31, 30)
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_NO_SUCH_CALL = 0x00050026
_X32 = 0x40000000


# Where Jupyter would look for a person's own settings, extensions and kernels: nowhere that a
# person can write. What JupyterLab itself remembers stays in the home folder.
PLACES = {
    "JUPYTER_CONFIG_DIR": "/opt/haven/etc/jupyter-none",
    "JUPYTER_DATA_DIR": "/opt/haven/share/jupyter-none",
    "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108  the container's own
    "JUPYTERLAB_SETTINGS_DIR": "/home/researcher/.lab/user-settings",
    "JUPYTERLAB_WORKSPACES_DIR": "/home/researcher/.lab/workspaces",
    "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108  likewise
}


# Where pip puts what a person installs (`images/workspace/pip.conf`).
OWN_PACKAGES = ".local/lib/python3.11/site-packages"

SHOWN = {
    "data": "/data",
    "inputs": "/inputs",
    "outputs": "/outputs",
    "shared": "/shared",
    "Stopping soon.txt": "/run/haven/notice.txt",
}


def main() -> None:
    install_filter()
    _link_places()
    os.umask(0o022)
    environment = {**os.environ, **PLACES}
    if environment["HAVEN_TIER"] == "pixel":
        screen.run(environment)
        return
    forwarder.keep_beside(environment)
    # The browser tier: JupyterLab itself is the first process.
    command = [sys.executable, "-m", "jupyterlab", "--no-browser"]
    os.execve(sys.executable, command, environment)  # noqa: S606


def filter_program(machine: str) -> bytes:
    """A seccomp filter that refuses the calls above and lets everything else through.

    Raises:
        KeyError: The processor is neither x86_64 nor aarch64.
    """
    architecture, column = ARCHITECTURES[machine]
    program = [
        _step(_LOAD, 4), _step(_EQUAL, architecture, 1, 0), _step(_RETURN, _KILL),
        _step(_LOAD, 0), _step(_AT_LEAST, _X32, 0, 1), _step(_RETURN, _REFUSE),
    ]  # fmt: skip
    for numbers in DENIED_CALLS.values():
        program += [_step(_EQUAL, numbers[column], 0, 1), _step(_RETURN, _REFUSE)]
    # Programs then use `clone`. The engine's profile says the same, but gVisor makes a refusal of
    # it (its issue 14688), after which no thread starts; of two answers the newer filter's holds.
    program += [_step(_EQUAL, CLONE3_CALL[column], 0, 1), _step(_RETURN, _NO_SUCH_CALL)]
    program += [
        _step(_EQUAL, SOCKET_CALL[column], 0, 1 + 2 * len(DENIED_FAMILIES)),
        _step(_LOAD, 16),
    ]
    for family in DENIED_FAMILIES:
        program += [_step(_EQUAL, family, 0, 1), _step(_RETURN, _REFUSE)]
    return b"".join([*program, _step(_RETURN, _ALLOW)])


def install_filter() -> None:
    """Put the filter on this process and all that it starts.

    Raises:
        OSError: The kernel refused; the workspace then does not start.
    """
    program = filter_program(platform.machine())
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    libc = ctypes.CDLL(None, use_errno=True)
    described = Program(len(program) // 8, ctypes.addressof(buffer))
    no_new_privileges, seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(
        seccomp, filter_mode, ctypes.byref(described), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the system call filter was refused")


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _link_places() -> None:
    """Show the places outside the home folder where people look for them.

    JupyterLab's configuration leaves the notice out of its list of files while there is none.
    """
    home = Path.home()
    (home / ".lab").mkdir(mode=0o700, exist_ok=True)
    # Python looks there when it starts, so it must be there before the first package is.
    (home / OWN_PACKAGES).mkdir(parents=True, exist_ok=True)
    for name, place in SHOWN.items():
        link = home / name
        if not link.exists() and not link.is_symlink():
            link.symlink_to(place)


if __name__ == "__main__":
    main()
