"""The mirror on its socket, and pip in front of it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hub.workspace.forwarder import Forwarder
from infra.healthy import healthy
from infra.packages.listing import Allowed
from infra.packages.store import Store
from tests.unit.packages.wheels import a_wheel

ASK_AT = "https://haven.example.org/packages"


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "packages"
    folder.mkdir()
    found = Store(folder)
    found.take([a_wheel(tmp_path), a_wheel(tmp_path, "not-listed")])
    found.write(found.listing().with_allowed("tiny-sums", Allowed()))
    return found


@pytest.fixture
def mirror(store, tmp_path):
    path = tmp_path / "mirror.sock"
    log = (tmp_path / "log").open("w")
    running = subprocess.Popen(
        [sys.executable, "-m", "infra.packages.mirror"],
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "HAVEN_PACKAGES_ASK": ASK_AT,
             "HAVEN_PACKAGES_DIR": str(tmp_path / "packages"), "HAVEN_PACKAGES_SOCKET": str(path)},
        stdout=log,
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.2)
    yield path
    running.terminate()
    assert running.wait(10) == 0
    log.close()


def say(path, text):
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(10)
        caller.connect(str(path))
        caller.sendall(text.encode())
        said = b""
        while more := caller.recv(65536):
            said += more
    return said


def get(path, target, host="127.0.0.1:3141", extra=""):
    return say(path, f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{extra}\r\n")


@pytest.mark.slow
def test_a_wheel_comes_whole_and_what_is_refused_says_where_to_ask(mirror, store):
    wheel = store.listing().served("tiny-sums")[0]
    body = get(mirror, f"/files/{wheel.file_name}").partition(b"\r\n\r\n")[2]
    refused = get(mirror, "/simple/not-listed/").split(b"\r\n")[0].decode()
    upload = say(mirror, "POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 9\r\n\r\n")
    nonsense = say(mirror, "hello\r\n\r\n")

    assert body == store.path_of(wheel).read_bytes()
    assert refused.startswith("HTTP/1.1 403 not-listed is not on the list")
    assert refused.endswith(ASK_AT)
    assert upload.startswith(b"HTTP/1.1 403 ")
    assert nonsense == b""


@pytest.mark.slow
def test_a_file_that_is_not_as_long_as_it_was_does_not_come_whole(mirror, store):
    wheel = store.listing().served("tiny-sums")[0]
    store.path_of(wheel).write_bytes(b"short")

    body = get(mirror, f"/files/{wheel.file_name}").partition(b"\r\n\r\n")[2]

    assert body in (b"", b"short")
    assert b"200 OK" in get(mirror, "/simple/")


@pytest.mark.slow
def test_several_requests_come_over_one_connection(mirror):
    one = "GET /simple/ HTTP/1.1\r\nHost: 127.0.0.1:3141\r\n\r\n"

    said = say(mirror, one + one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))

    assert said.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.slow
def test_its_health_is_asked_on_the_socket(mirror, tmp_path):
    assert healthy(f"unix:{mirror}", 0.0)
    assert not healthy(f"unix:{tmp_path / 'nobody.sock'}", 0.0)


@pytest.mark.slow
def test_a_change_of_the_list_holds_at_once(mirror, store):
    store.write(store.listing().with_refused("tiny-sums", "not any more"))

    assert b"not any more" in get(mirror, "/simple/tiny-sums/")


@pytest.mark.slow
def test_the_log_has_no_word_of_what_was_asked_for(mirror, tmp_path):
    get(mirror, "/simple/c2VjcmV0/")
    time.sleep(0.2)

    (line,) = (tmp_path / "log").read_text().splitlines()
    assert json.loads(line)["kind"] == "not-listed"
    assert "c2VjcmV0" not in line.lower()


@pytest.fixture
def index(mirror):
    forwarder = Forwarder(mirror, port=0)
    threading.Thread(target=forwarder.run, daemon=True).start()
    yield f"http://127.0.0.1:{forwarder.port}/simple/"
    forwarder.close()


def pip_install(index, name, target, *more):
    return subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", "install", "--index-url", index,
         "--no-cache-dir", "--disable-pip-version-check", "--retries", "0", "--no-deps",
         "--target", str(target), *more, name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_pip_installs_through_the_forwarder(index, tmp_path):
    done = pip_install(index, "Tiny_Sums", tmp_path / "here")

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "here" / "tiny_sums.py").read_text() == "TOTAL = 42\n"


@pytest.mark.slow
def test_pip_shows_where_to_ask_for_what_is_not_on_the_list(index, tmp_path):
    # Plain pip keeps that to itself unless it is asked; a workspace's does not.
    done = pip_install(index, "not-listed", tmp_path / "here", "-vv")

    assert done.returncode != 0
    assert f"Ask for packages at {ASK_AT}" in done.stdout + done.stderr


def test_a_forwarder_without_a_mirror_hangs_up_and_goes_on(tmp_path):
    forwarder = Forwarder(tmp_path / "nobody.sock", port=0)
    threading.Thread(target=forwarder.run, daemon=True).start()
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", forwarder.port), timeout=5) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\n\r\n")
            # What was sent and not read makes the end of a connection a reset.
            with contextlib.suppress(ConnectionError):
                assert caller.recv(10) == b""
    forwarder.close()
