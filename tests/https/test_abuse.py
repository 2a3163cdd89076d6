"""Somebody's notebook goes wild: other people's cells are still answered, and so is the hub.

How fast is measured in benchmarks/neighbours; here only that an answer comes.
"""

import os
import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.neighbours.wild import IN_A_CELL, SECONDS
from hub.client.browser import Browser
from hub.client.kernel import Kernel
from infra.shell import run
from tests.waiting import eventually

LONGEST_SECONDS = 30
CELLS = 5


@pytest.fixture
def wild(neighbours):
    """The one who goes wild, with a fresh workspace; it is taken away afterwards."""
    person = neighbours[0]
    if person.project not in person.browser.servers():
        person.browser.open_workspace(person.project)
    yield person
    person.browser.close_workspace(person.project)
    assert person.container == "", "the hub could not take the workspace away"


@pytest.fixture
def quiet(neighbours):
    """The one who only wants to work."""
    person = neighbours[1]
    if person.project not in person.browser.servers():
        person.browser.open_workspace(person.project)
    with Kernel(person.browser, person.project) as kernel:
        yield kernel


def assert_others_are_answered(person, kernel):
    """Run cells next door, and look at the hub's and the portal's pages, while it goes on."""
    with Browser(person.instance.public_url, "nobody", person.instance.trusted) as visitor:
        for number in range(CELLS):
            assert kernel.run(f"print({number})", seconds=LONGEST_SECONDS).text == f"{number}\n"
            visitor.http.timeout = LONGEST_SECONDS
            assert visitor.http.get("/hub/login").status_code == 200
            assert visitor.http.get("/health").status_code == 200
            time.sleep(SECONDS / CELLS / 2)


@pytest.mark.parametrize("deed", IN_A_CELL)
def test_others_are_answered_during(wild, quiet, deed):
    with Kernel(wild.browser, wild.project) as kernel:
        kernel.begin(IN_A_CELL[deed])

        assert_others_are_answered(wild, quiet)


def test_others_are_answered_while_a_websocket_is_held_open_and_nothing_is_read(wild, quiet):
    with Kernel(wild.browser, wild.project) as kernel:
        # The client's own buffer fills, and then everybody's on the way, back to the kernel.
        kernel.begin(IN_A_CELL["10 GB printed"])
        before = memory_bytes(wild.instance, "gateway")

        assert_others_are_answered(wild, quiet)

        assert memory_bytes(wild.instance, "gateway") - before < 512 * 1024**2


def test_others_are_answered_while_many_websockets_are_held_open(wild, quiet):
    with Kernel(wild.browser, wild.project) as kernel, ExitStack() as held:
        for _ in range(64):
            held.enter_context(kernel.connect())

        assert_others_are_answered(wild, quiet)


def test_a_server_that_stops_answering_holds_up_nobody_and_can_be_taken_away(wild, quiet):
    pid = int(run("docker", "inspect", "--format", "{{.State.Pid}}", wild.container))
    os.kill(pid, signal.SIGSTOP)
    asking = threading.Thread(target=ask, args=(wild,))
    asking.start()

    assert_others_are_answered(wild, quiet)

    started = time.monotonic()
    wild.browser.close_workspace(wild.project)
    assert time.monotonic() - started < 60
    asking.join(LONGEST_SECONDS)
    eventually(lambda: wild.container == "")


def ask(person):
    with Browser(person.instance.public_url, person.username, person.instance.trusted) as another:
        another.http.cookies.update(person.browser.http.cookies)
        another.http.get(person.browser.workspace_path(person.project, "lab"))


def test_what_was_wild_can_be_opened_again_with_its_files(wild):
    with Kernel(wild.browser, wild.project) as kernel:
        kernel.run("open('mine.txt', 'w').write('kept')")
    wild.browser.close_workspace(wild.project)
    wild.browser.open_workspace(wild.project)
    with Kernel(wild.browser, wild.project) as kernel:
        assert kernel.run("print(open('mine.txt').read())").text == "kept\n"


def memory_bytes(instance, service):
    from infra.compose import container

    identity = container(instance, service)
    pid = run("docker", "inspect", "--format", "{{.State.Pid}}", identity).strip()
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    resident = next(line for line in status if line.startswith("VmRSS:"))
    return int(resident.split()[1]) * 1024
