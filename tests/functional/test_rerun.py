"""A request's notebook, run again by the hub in a fresh workspace, on a whole installation."""

import json
import re
import subprocess
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
import yaml

from hub.client.browser import Browser
from hub.client.kernel import Kernel
from infra import admin
from infra.demo import accounts, pages
from infra.demo.notebook import CELLS
from infra.demo.story import CONTEXT, CONTROLS

PROJECT = "run-again"
SECONDS = 25
SPEC = '{"rows": ["age_band"], "values": "earnings", "aggregate": "mean"}'
BY_COLUMNS = (
    "means = people.groupby(columns)['earnings'].mean().round(2).rename('mean').reset_index()\n"
    "means.to_csv(out + 'hidden.csv', index=False)"
)


@pytest.fixture(scope="module")
def desk(told):
    """A workspace in a project that releases only what notebooks make."""
    path = accounts.folder(told.instance) / "run-again.yaml"
    content = {
        "project": {
            "id": PROJECT,
            "title": "What a notebook makes",
            "ends_on": (datetime.now(UTC) + timedelta(days=30)).date(),
            "policy": "sacro-10",
            "tier": "browser",
            "members": [accounts.RESEARCHER],
            "checkers": [accounts.FIRST_CHECKER, accounts.SECOND_CHECKER],
            "grants": [{"dataset": "labour-market", "version": "1.0.0"}],
            "release": {"rerun": "require", "rerun_seconds": SECONDS},
            "profiles": {"small": {"cpus": 1, "memory_gib": 2}},
        }
    }
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    admin.output_of(told.instance, "project", "apply", str(path))
    browser = told.browsers[accounts.RESEARCHER]
    browser.open_workspace(PROJECT)
    with Kernel(browser, PROJECT) as kernel:
        yield kernel


def shell(kernel, command):
    result = kernel.run(
        "import subprocess\n"
        f"done = subprocess.run({command!r}, shell=True, capture_output=True, text=True)\n"
        "print(done.stdout + done.stderr, end='')"
    )
    assert result.error is None, result.error
    return result.text


def write_notebook(kernel, name, *cells, kernel_name="python3"):
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": kernel_name, "display_name": "x", "language": "python"}
        },
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for number, source in enumerate(cells)
        ],
    }
    written = kernel.run(f"open('/outputs/{name}', 'w').write({json.dumps(content)!r})")
    assert written.error is None, written.error


def write_table(kernel, name):
    """A safe table and what it says of itself, for a notebook that never gets to make it."""
    made = kernel.run(f"{CELLS[0]}\ncolumns = ['age_band']\n{BY_COLUMNS.replace('hidden', name)}")
    assert made.error is None, made.error
    said = kernel.run(f"open('/outputs/{name}.csv.spec.json', 'w').write({SPEC!r})")
    assert said.error is None, said.error


def submit(kernel, notebook, *files):
    answer = json.loads(
        shell(
            kernel,
            f"cd /outputs && haven submit {' '.join(files)} --notebook {notebook} "
            f"--context '{CONTEXT.replace(chr(39), '')}' --controls '{CONTROLS}' --format json",
        )
    )
    assert answer["state"] == "draft", answer
    assert "run again" in answer["message"]
    return answer["request_id"]


def ended(kernel, request_id, seconds=90):
    """What the author is told once the run is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        (found,) = json.loads(shell(kernel, f"haven status {request_id} --format json")) or [{}]
        if (found.get("rerun") or {}).get("state") in {"done", "failed", "timed_out"}:
            return found
        time.sleep(0.5)
    raise AssertionError("the notebook was not run again in time")


def approve(told, checker, request_id):
    browser = Browser(told.instance.public_url, checker, told.instance.trusted)
    try:
        browser.sign_in(told.password)
        return pages.vote(browser, request_id, "approve")
    finally:
        browser.http.close()


def outcomes(told, request_id):
    page = told.browsers[accounts.RESEARCHER].http.get(f"/requests/{request_id}")
    return re.findall(r'data-outcome="([a-z]+)"', page.raise_for_status().text)


@pytest.fixture(scope="module")
def same(told, desk):
    """A notebook that was run from top to bottom, and the files that it made."""
    write_notebook(desk, "same.ipynb", CELLS[0], CELLS[1], CELLS[4], kernel_name="of-my-own")
    shell(desk, "cd /outputs && papermill -k python3 --no-progress-bar same.ipynb /tmp/done.ipynb")
    shell(desk, "mkdir /outputs/was && cp /outputs/earnings_by_age.* /outputs/was")
    # The same values in other bytes, as somebody's own hand would leave them.
    shell(desk, r"sed -i 's/$/\r/' /outputs/earnings_by_age.csv")
    return ended(desk, submit(desk, "same.ipynb", "earnings_by_age.csv", "earnings_by_age.png"))


def test_what_its_notebook_makes_again_goes_to_review_by_itself(told, same):
    assert same["rerun"]["outcomes"] == {
        "reproduced": 2, "equivalent": 0, "differs": 0, "missing": 0,
    }  # fmt: skip
    assert same["state"] == "submitted"
    assert outcomes(told, same["request_id"]) == ["reproduced", "reproduced"]


def test_what_is_released_is_what_the_run_made(told, desk, same):
    request_id = same["request_id"]
    # Nothing that the author does to their own files matters any more.
    shell(desk, "echo otherwise > /outputs/earnings_by_age.csv")

    for checker in (accounts.FIRST_CHECKER, accounts.SECOND_CHECKER):
        approve(told, checker, request_id).raise_for_status()
    told.wait_for_release(request_id)
    researcher = told.browsers[accounts.RESEARCHER]
    collected = dict(
        pages.download(researcher, link) for link in pages.links(researcher, request_id)
    )

    was = shell(desk, "cd /outputs/was && sha256sum earnings_by_age.csv earnings_by_age.png")
    digests = {name: sha256(content).hexdigest() for name, content in collected.items()}
    assert digests == {name: digest for digest, name in (line.split() for line in was.splitlines())}


def test_cells_run_out_of_order_are_seen_to_differ(told, desk):
    cells = (CELLS[0], "columns = ['age_band', 'sex']", BY_COLUMNS, "columns = ['age_band']")
    write_notebook(desk, "hidden.ipynb", *cells)
    for place in (0, 1, 3, 2):
        assert desk.run(cells[place]).error is None
    desk.run(f"open('/outputs/hidden.csv.spec.json', 'w').write({SPEC!r})")

    request_id = submit(desk, "hidden.ipynb", "hidden.csv")
    found = ended(desk, request_id)

    assert found["state"] == "draft"
    assert outcomes(told, request_id) == ["differs"]
    # It is a draft again, and a draft is its author's alone.
    assert approve(told, accounts.FIRST_CHECKER, request_id).status_code == 403


def test_a_notebook_that_opens_a_connection_fails_in_its_cell(told, desk):
    reach = "import socket\nsocket.create_connection(('1.1.1.1', 53), timeout=3)"
    write_notebook(desk, "reach.ipynb", CELLS[0], reach)
    write_table(desk, "reach")

    found = ended(desk, submit(desk, "reach.ipynb", "reach.csv"))

    assert found["rerun"]["state"] == "failed"
    assert (found["rerun"]["cell"], found["rerun"]["error"]) == (2, "OSError")


def test_a_notebook_without_an_end_is_stopped_and_leaves_nothing_behind(told, desk):
    endless = "import os\nos.makedirs('/outputs/deep/er', mode=0o700)\nwhile True: pass"
    write_notebook(desk, "endless.ipynb", endless)
    write_table(desk, "endless")
    request_id = submit(desk, "endless.ipynb", "endless.csv")

    limits = of_the_container(told.instance)
    found = ended(desk, request_id)

    assert found["rerun"]["state"] == "timed_out"
    assert_hardened(limits)
    assert_cleared(told.instance)


def of_the_container(instance, seconds=30):
    """The engine's own account of a container while it runs a notebook."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ids = docker("ps", "--quiet", "--filter", f"label=haven.rerun={instance.name}").split()
        if ids:
            return json.loads(docker("inspect", ids[0]))[0]
        time.sleep(0.2)
    raise AssertionError("no container runs the notebook")


def assert_hardened(container):
    limits = container["HostConfig"]
    assert limits["NetworkMode"] == "none"
    assert (limits["CapDrop"], limits["CapAdd"]) == (["ALL"], None)
    assert limits["ReadonlyRootfs"]
    assert not limits["Privileged"]
    assert "no-new-privileges:true" in limits["SecurityOpt"]
    assert any(one.startswith("seccomp={") for one in limits["SecurityOpt"])
    assert (limits["Memory"], limits["MemorySwap"]) == (2 * 1024**3, 2 * 1024**3)
    assert (limits["PidsLimit"], limits["NanoCpus"]) == (512, 1_000_000_000)
    assert container["Config"]["User"] == "64100:64100"
    places = {one["Destination"]: one["RW"] for one in container["Mounts"]}
    assert places.pop("/outputs")
    assert places.pop("/run/rerun") is False
    assert places.pop("/data/labour-market") is False
    assert places in ({}, {"/inputs": False})


def assert_cleared(instance, seconds=30):
    place = instance.home / "reruns"
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = [p for name in ("orders", "notebooks", "states", "outputs")
                for p in (place / name).iterdir()]  # fmt: skip
        if not left:
            return
        time.sleep(0.2)
    raise AssertionError("something of a run is still there")


def docker(*arguments):
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout
