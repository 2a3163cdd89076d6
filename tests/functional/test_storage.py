"""A full disk, and a flood of files, harm nobody but their owner."""

from pathlib import Path

import pytest
import yaml

from hub.client.browser import Browser
from hub.client.kernel import Kernel
from infra import admin, lifecycle
from infra.demo import accounts

PROJECT = "storage-trial"
PEOPLE = ("filler", "neighbour")


@pytest.fixture(scope="module")
def kernels(told, tmp_path_factory):
    """Two members of one project with small disks, each with a kernel."""
    whole = yaml.safe_load(accounts.project_file(told.instance).read_text())
    people = [
        {"username": name, "display_name": name.title(), "password": told.password}
        for name in PEOPLE
    ]
    project = whole["project"] | {
        "id": PROJECT, "members": [*PEOPLE], "training": [],
        "quota": {"disk_gib": 0.25, "shared_gib": 0.25, "files": 2000},
    }  # fmt: skip
    path = tmp_path_factory.mktemp("storage") / "project.yaml"
    path.write_text(yaml.safe_dump({"people": people, "project": project}))
    admin.output_of(told.instance, "project", "apply", str(path))
    browsers = [Browser(told.instance.public_url, name) for name in PEOPLE]
    opened = []
    for browser in browsers:
        browser.sign_in(told.password)
        browser.open_workspace(PROJECT)
        opened.append(Kernel(browser, PROJECT))
    yield opened
    for browser, kernel in zip(browsers, opened, strict=True):
        kernel.__exit__(None, None, None)
        browser.close_workspace(PROJECT)
        browser.http.close()


FILL = """
import os
written = 0
try:
    with open('{place}/filling', 'wb', buffering=0) as file:
        while written < 2**30:
            written += file.write(bytes(2**20))
except OSError as error:
    print(error.strerror, written // 2**20)
finally:
    os.unlink('{place}/filling')
"""
WRITE = "open('{place}/mine', 'w').write('x' * 1000); print('written')"
FLOOD = """
import os, shutil
os.makedirs('{place}/flood')
made = 0
try:
    for number in range(100_000):
        open(f'{place}/flood/{{number}}', 'w').close()
        made += 1
except OSError as error:
    print(error.strerror, made)
finally:
    shutil.rmtree('{place}/flood')
"""


@pytest.mark.parametrize("place", ["/home/researcher", "/outputs", "/shared"])
def test_a_full_disk_says_so_at_its_size(kernels, place):
    said = kernels[0].run(FILL.format(place=place)).text

    words, _, mebibytes = said.strip().rpartition(" ")
    assert words == "No space left on device"
    assert 150 < int(mebibytes) < 256


@pytest.mark.parametrize("place", ["/home/researcher", "/outputs"])
def test_a_hundred_thousand_files_stop_at_their_number(kernels, place):
    said = kernels[0].run(FLOOD.format(place=place)).text

    words, _, made = said.strip().rpartition(" ")
    assert words == "No space left on device"
    assert 1000 < int(made) < 3000


def test_a_neighbour_writes_while_the_disk_is_full(kernels):
    filler, neighbour = kernels
    keep = FILL.format(place="/outputs").split("finally")[0]

    full = filler.run(keep).text
    theirs = [
        neighbour.run(WRITE.format(place=place)).text
        for place in ("/home/researcher", "/outputs", "/shared")
    ]
    own = filler.run("open('/home/researcher/mine', 'wb').write(bytes(2**24))")
    filler.run("os.unlink('/outputs/filling')")

    assert "No space left" in full
    assert theirs == ["written\n"] * 3
    assert "No space left" in own.error


def test_the_shared_folder_is_the_projects_and_nobody_elses(kernels, kernel):
    filler, neighbour = kernels
    filler.run("open('/shared/for-all.txt', 'w').write('hello')")

    seen = neighbour.run("print(open('/shared/for-all.txt').read())").text
    changed = neighbour.run("open('/shared/for-all.txt', 'a').write(' you')")
    elsewhere = kernel.run("import os; print(os.listdir('/shared'))").text

    assert (seen, changed.error) == ("hello\n", None)
    assert "for-all.txt" not in elsewhere


def test_the_folder_of_the_socket_cannot_be_filled_for_others(kernels):
    filler, neighbour = kernels
    fill = FILL.format(place="/run/workspace").split("finally")[0]

    said = filler.run(fill).text
    link = filler.run("os.unlink('/run/workspace/filling'); import subprocess")
    seen = neighbour.run(
        "import os; s = os.statvfs('/run/workspace'); print(s.f_bavail * s.f_bsize)"
    ).text

    assert said.startswith("No space left")
    assert link.error is None
    assert int(seen) > 200_000


def test_haven_up_again_leaves_disks_and_kernels_alone(told, kernel):
    kernel.run("x = 42; open('/home/researcher/kept.txt', 'w').write('kept')")
    mounted = mounts(told.instance)

    lifecycle.up(told.instance)

    assert mounts(told.instance) == mounted
    assert kernel.run("print(x, open('/home/researcher/kept.txt').read())").text == "42 kept\n"


def mounts(instance):
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return sorted(line for line in lines if f"{instance.home}/" in line)
