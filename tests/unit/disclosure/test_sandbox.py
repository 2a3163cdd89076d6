import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import sandbox, seccomp
from tests.waiting import eventually

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


def sandbox_of(reader="", *, before=""):
    """A sandbox whose reader of CSV does what is given, after something else was put in place."""
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from output_checker.disclosure.readers import child, csv_tables, nursery, seccomp
{before}
def read(data):
    {reader or "pass"}
csv_tables.read = read
nursery.main(0)
"""
    return sandbox.Sandbox([sys.executable, "-I", "-c", program])


@pytest.fixture
def reads():
    """Reads one file in such a sandbox, and ends it."""
    made = []

    def run(reader="", *, before="", limits=SHORT):
        made.append(sandbox_of(reader, before=before))
        return made[-1].read("csv", b"a\n1\n", limits)

    yield run
    for one in made:
        one.close()


def test_the_reader_confines_itself_before_it_reads(reads):
    # A parser that is taken over is played by one that opens a file.
    with pytest.raises(Unreadable, match="stopped before"):
        reads("open('/etc/passwd')")


def test_nothing_is_parsed_where_the_filter_cannot_be_installed(reads):
    before = (
        "def refuse(): raise seccomp.FilterNotInstalled('not here')\nchild.seccomp.install = refuse"
    )

    with pytest.raises(Unreadable, match="no file is read without the sandbox: not here"):
        reads(before=before)


def test_nothing_is_parsed_by_a_reader_that_cannot_be_loaded(reads):
    with pytest.raises(Unreadable, match=r"could not be started \(ImportError\)"):
        reads(before="def warm(): raise ImportError\ncsv_tables.warm = warm")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "words"),
    [
        ("import os; os.abort()", "stopped before"),
        ("while True: pass", "too long"),
        ("1 / 0", "stopped before"),
        ("child.os.write(1, b'{' * 500)", "stopped before"),
        ("child.os.write(1, b'[' * 9000 + b'\\n')", "stopped before"),
        ("child.os.write(1, b'x' * 50_000)", "more text"),
        ("child.os.write(1, b'{}\\n'); child.os._exit(0)", "no usable answer"),
        ("child.os._exit(0)", "stopped before"),
    ],
    ids=["crash", "hang", "error", "garbage", "deep", "flood", "other", "mute"],
)
def test_a_reader_that_misbehaves_is_a_refusal(reads, reader, words):
    with pytest.raises(Unreadable, match=words):
        reads(reader)


def test_a_reader_that_wants_too_much_memory_is_a_refusal(reads):
    small = sandbox.Limits(memory_bytes=200 * 2**20)

    with pytest.raises(Unreadable, match="more memory than a reader has"):
        reads("bytearray(300 * 2**20)", limits=small)


@pytest.mark.slow
def test_a_reader_that_computes_for_too_long_is_stopped(reads):
    begun = time.monotonic()

    with pytest.raises(Unreadable, match="stopped before"):
        reads("while True: pass", limits=sandbox.Limits(cpu_seconds=1))

    assert time.monotonic() - begun < 15


@pytest.mark.parametrize(
    ("mebibytes", "seconds"), [(0, 10), (5, 10), (8, 16), (16, 32), (64, 60)], ids=str
)
def test_a_file_has_ten_seconds_and_a_large_one_more(mebibytes, seconds):
    limits = sandbox.limits_for(mebibytes * 2**20)

    assert (limits.cpu_seconds, limits.wall_seconds) == (seconds, seconds)
    assert limits.memory_bytes == 2**30


@pytest.mark.slow
def test_no_reader_is_left_behind_when_one_hangs():
    hanging = sandbox_of("while True: pass")

    with pytest.raises(Unreadable):
        hanging.read("csv", b"a\n", SHORT)
    (process,) = children_of(os.getpid(), named="nursery.main(0)")
    eventually(lambda: all(is_gone(one) for one in children_of(process)), seconds=15)
    hanging.close()

    assert is_gone(process)


def test_a_nursery_that_died_is_started_again():
    one = sandbox.Sandbox()
    document = one.read("csv", b"a\n1\n")
    one._process.kill()
    one._process.wait()

    assert one.read("csv", b"a\n1\n") == document
    one.close()


def test_readers_that_are_asked_at_once_do_not_mix_up_their_files():
    one = sandbox.Sandbox()
    with ThreadPoolExecutor(4) as pool:
        read = pool.map(lambda at: one.read("csv", f"a\n{at}\n".encode()), range(40))

        assert [document.parts[0].artefact.rows for document in read] == [
            ((str(at),),) for at in range(40)
        ]
    one.close()


def children_of(parent, *, named=""):
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            process, after = place.parent, place.read_text().rpartition(")")[2].split()
            if int(after[1]) == parent and named in (process / "cmdline").read_text():
                found.append(int(process.name))
    return found


def is_gone(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"
