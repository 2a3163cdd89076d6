import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.workspace.launch import DENIED_CALLS, filter_program

ATTEMPT = """
import ctypes, socket, sys
from hub.workspace.launch import install_filter
install_filter()
libc = ctypes.CDLL(None, use_errno=True)
{attempt}
"""


def outcome(attempt: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPT.format(attempt=attempt)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("family", [40, 38])
def test_sockets_to_the_hypervisor_and_the_kernels_drivers_are_refused(family):
    said = outcome(f"socket.socket({family}, socket.SOCK_STREAM)")

    assert said.startswith("PermissionError")


def test_ordinary_sockets_and_processes_still_work():
    said = outcome(
        "socket.socket(socket.AF_UNIX); import subprocess;"
        "print(subprocess.run(['/bin/echo', 'yes'], capture_output=True, text=True).stdout)"
    )

    assert said == "yes"


@pytest.mark.parametrize("number", [numbers[0] for numbers in DENIED_CALLS.values()])
def test_each_denied_call_is_refused(number):
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers tried here are those of x86_64")

    said = outcome(f"print(libc.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno())")

    assert said == "-1 1"


def test_the_newer_call_for_a_process_is_said_not_to_exist_so_that_programs_use_the_older():
    said = outcome("print(libc.syscall(435, 0, 0), ctypes.get_errno())")

    assert said == "-1 38"


def test_threads_still_start():
    said = outcome("import threading; t = threading.Thread(target=print, args=('yes',)); t.start()")

    assert said == "yes"


def test_a_machine_that_is_not_known_starts_no_workspace():
    with pytest.raises(KeyError):
        filter_program("riscv64")
