"""Each service killed as if it had crashed: running kernels go on, and the way to them returns."""

import contextlib
import os
import signal
import time

import httpx2
import pytest
from websockets.exceptions import WebSocketException

from hub import registrations
from hub.client.browser import BrowserError
from hub.client.kernel import Kernel
from infra import services
from infra.compose import container
from infra.shell import run
from tests.conftest import FIGURES
from tests.waiting import eventually

# How long the way back may take before the test gives up; how long it took is printed.
LONGEST_SECONDS = 90


def kill(identity):
    """End a container's first process as the kernel's memory killer would: nobody is told."""
    os.kill(process(identity), signal.SIGKILL)


def process(identity):
    return int(run("docker", "inspect", "--format", "{{.State.Pid}}", identity))


def answers(person, kernel):
    """Whether all routes are open again, and the same kernel still knows what it was told."""
    try:
        if person.browser.http.get(lab(person)).status_code != 200:
            return False
        kernel.reconnect()
        for page in ("/hub/login", "/health"):
            if person.browser.http.get(page).status_code != 200:
                return False
        return kernel.run("print(x)", seconds=10).text == "42\n"
    except (OSError, httpx2.HTTPError, WebSocketException, BrowserError):
        return False


def lab(person):
    return person.browser.workspace_path(person.project, "lab")


def workspaces(instance):
    return run("docker", "ps", "--all", "--quiet", "--no-trunc",
               "--filter", f"label=haven.instance={instance.name}").split()  # fmt: skip


@pytest.fixture
def person(neighbours):
    person = neighbours[0]
    if person.project not in person.browser.servers():
        person.browser.open_workspace(person.project)
    return person


@pytest.mark.parametrize("service", ["gateway", "proxy", "portal", "worker", "hub"])
def test_a_running_kernel_survives_the_crash_of(secured, person, service, record_property):
    with Kernel(person.browser, person.project) as kernel:
        kernel.run("x = 42")
        before, ways = person.container, workspaces(secured.instance)
        kill(container(secured.instance, service))
        started = time.monotonic()

        eventually(lambda: answers(person, kernel), LONGEST_SECONDS)
        took = time.monotonic() - started
        eventually(lambda: all(one.well for one in services.states(secured.instance)), 90)

        assert person.container == before
        assert workspaces(secured.instance) == ways
        record_property(FIGURES, f"the kernel answered again after {took:.1f} s")


def test_a_hub_that_crashes_in_the_middle_of_a_start_leaves_nothing_behind(secured, person):
    person.browser.close_workspace(person.project)
    address = f"/hub/api/users/{person.username}/servers/{person.project}"
    headers = {"X-XSRFToken": person.browser.cookie("_xsrf", "/hub/")}
    with contextlib.suppress(httpx2.HTTPError):
        person.browser.http.post(address, headers=headers, timeout=0.3)
    eventually(lambda: person.container)
    start_hub_anew(person)

    eventually(lambda: not unregistered(secured.instance), 60)
    person.browser.open_workspace(person.project)
    with Kernel(person.browser, person.project) as kernel:
        assert kernel.run("print(1)").text == "1\n"


def start_hub_anew(person):
    """Kill the hub, and wait until the one after it answers."""
    hub = container(person.instance, "hub")
    before = process(hub)
    kill(hub)
    # Not what the engine says of its health: for a moment that is still what it was.
    eventually(lambda: process(hub) not in (0, before), LONGEST_SECONDS)
    eventually(lambda: person.browser.http.get("/hub/login").is_success, LONGEST_SECONDS)


def unregistered(instance):
    """Workspaces that run and that the gateway does not know."""
    known = {(one.username, one.project) for one in registered(instance)}
    return {(user, project) for user, project, _ in services.workspaces(instance)} - known


def registered(instance):
    return registrations.every(instance.home / "registrations")


def status_with_its_token(person):
    """Make a function that asks the hub who one is, with the token of a workspace that runs now."""
    [secret] = [one.client_secret for one in registered(person.instance)
                if one.username == person.username]  # fmt: skip
    headers = {"Authorization": f"token {secret}"}

    def ask():
        with httpx2.Client(verify=person.browser.trust) as nobody:
            return nobody.get(person.browser.public_url + "/hub/api/user",
                              headers=headers).status_code  # fmt: skip

    return ask


@pytest.mark.parametrize("hub", ["still the same", "started anew"])
def test_no_token_is_valid_once_its_workspace_has_stopped(secured, person, hub):
    status = status_with_its_token(person)
    if hub == "started anew":
        start_hub_anew(person)
    while_it_runs = status()

    person.browser.close_workspace(person.project)

    assert (while_it_runs, status()) == (200, 403)
    assert person.container == ""


def test_a_workspace_killed_from_outside_is_forgotten_by_everybody(secured, person):
    status = status_with_its_token(person)
    kill(person.container)

    eventually(lambda: person.container == "")
    eventually(lambda: person.project not in person.browser.servers(), 60)
    eventually(lambda: not unregistered(secured.instance), 60)
    names = {one.username for one in registered(secured.instance)}
    assert person.username not in names
    assert status() == 403
