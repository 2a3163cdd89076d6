import platform
import subprocess
import sys
import time
from pathlib import Path

import pytest

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import sandbox, seccomp
from output_checker.disclosure.readers.artefacts import Table, from_child

ROOT = Path(__file__).parents[3]
SIGSYS = 31
SHORT = sandbox.Limits(wall_seconds=1.5, answer_bytes=10_000)


def confined(code):
    program = (
        "import ctypes, mmap, os, signal, socket, subprocess, sys; "
        f"sys.path.insert(0, {str(ROOT)!r}); "
        "from output_checker.disclosure.readers import seccomp; seccomp.install()\n" + code
    )
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=False)


@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/passwd')",
        "os.open('/tmp/made-by-the-child', os.O_CREAT | os.O_WRONLY)",
        "socket.socket()",
        "os.execv('/bin/true', ['true'])",
        "os.fork()",
        "os.stat('/')",
        "os.kill(os.getppid(), signal.SIGTERM)",
        "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
        "ctypes.CDLL(None).ptrace(0, 0, 0, 0)",
    ],
    ids=["read", "create", "connect", "exec", "fork", "stat", "kill", "run memory", "trace"],
)
def test_a_confined_process_dies_of_anything_but_computing(code):
    done = confined(code)

    assert done.returncode == -SIGSYS


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are of this machine")
@pytest.mark.parametrize("number", [2, 42, 56, 57, 58, 59, 62, 85, 101, 257, 321, 425, 435, 437])
def test_a_confined_process_dies_of_a_call_by_number_as_well(number):
    done = confined(f"ctypes.CDLL(None).syscall({number}, 0, 0, 0, 0)")

    assert done.returncode == -SIGSYS


def test_a_confined_process_can_compute_and_write_to_what_it_has_open():
    done = confined("os.write(1, str(sum(range(1000))).encode())")

    assert (done.returncode, done.stdout) == (0, b"499500")


def test_a_machine_without_a_list_of_calls_gets_no_filter():
    with pytest.raises(seccomp.FilterNotInstalled):
        seccomp.program("m68k")


def test_the_reader_confines_itself_before_it_reads(monkeypatch):
    # A parser that is taken over is played by one that opens a file.
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from output_checker.disclosure.readers import child\n"
        "child.READERS['csv'] = lambda data: {'kind': 'refusal', 'reason': open('/etc/passwd')}\n"
        "child.main('csv', 2**30, 5)"
    )

    with pytest.raises(Unreadable, match="stopped before"):
        sandbox.read("csv", b"a\n1\n", child=[sys.executable, "-I", "-c", code])


def test_nothing_is_parsed_where_the_filter_cannot_be_installed():
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from output_checker.disclosure.readers import child, seccomp\n"
        "def refuse(): raise seccomp.FilterNotInstalled('not here')\n"
        "child.seccomp.install = refuse\n"
        "child.main('csv', 2**30, 5)"
    )

    with pytest.raises(Unreadable, match="no file is read without the sandbox: not here"):
        sandbox.read("csv", b"a\n1\n", child=[sys.executable, "-I", "-c", code])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os.abort()", "stopped before"),
        ("import time; time.sleep(60)", "too long"),
        ("print('{' * 500)", "stopped before"),
        ("print('[' * 9000)", "stopped before"),
        ("print('x' * 50_000)", "more text"),
        ("print('{}')", "no usable answer"),
        ('print(\'{"kind": "table", "header": ["a"], "rows": [["1", "2"]]}\')', "no usable"),
        ('print(\'{"kind": "table", "header": [7], "rows": []}\')', "no usable"),
        ("import sys; sys.stdout.close(); import os; os.close(1)\nimport time; time.sleep(60)",
         "too long"),
        ("", "stopped before"),
    ],
    ids=["crash", "hang", "garbage", "deep", "flood", "other", "ragged", "numbers", "deaf", "mute"],
)  # fmt: skip
def test_a_reader_that_misbehaves_is_a_refusal(code, words):
    with pytest.raises(Unreadable, match=words):
        sandbox.read("csv", b"a\n", SHORT, child=[sys.executable, "-I", "-S", "-c", code])


def a_child_that_does(code):
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from output_checker.disclosure.readers import child\n"
        f"def read(data):\n {code}\n"
        "child.READERS['csv'] = read\n"
        "child.main('csv', 200 * 2**20, 1)"
    )
    return [sys.executable, "-I", "-c", program]


def test_a_reader_that_wants_too_much_memory_is_a_refusal():
    with pytest.raises(Unreadable, match="more memory than a reader has"):
        sandbox.read("csv", b"a\n", child=a_child_that_does("bytearray(300 * 2**20)"))


@pytest.mark.slow
def test_a_reader_that_computes_for_too_long_is_stopped():
    begun = time.monotonic()

    with pytest.raises(Unreadable, match="stopped before"):
        sandbox.read("csv", b"a\n", child=a_child_that_does("while True: pass"))

    assert time.monotonic() - begun < 15


@pytest.mark.slow
def test_no_child_is_left_behind_when_one_hangs():
    command = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(61)"]

    begun = time.monotonic()
    with pytest.raises(Unreadable):
        sandbox.read("csv", b"a\n", SHORT, child=command)

    assert time.monotonic() - begun < 15
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "sleep(61)" not in listed.stdout


def test_the_answer_of_a_child_becomes_a_table_of_text():
    table = from_child(b'{"kind": "table", "header": ["a"], "rows": [["1"]]}')

    assert table == Table(header=("a",), rows=(("1",),))
