"""Packages in a workspace: from the store, by pip, and nothing else from anywhere."""

import json

import pytest

from hub.client.kernel import Kernel
from infra import admin
from infra.compose import container, execute
from infra.demo import accounts
from infra.packages import deciding
from infra.shell import run
from tests.unit.packages.wheels import a_wheel
from tests.waiting import eventually

ASK = """
import http.client
def ask(method, target, body=None, headers={}):
    line = http.client.HTTPConnection('127.0.0.1', 3141, timeout=10)
    line.request(method, target, body, headers)
    answer = line.getresponse()
    print(answer.status, answer.reason)
"""


@pytest.fixture(scope="module")
def offered(told, tmp_path_factory):
    """One package that may be installed, and one that lies in the store and may not."""
    folder = tmp_path_factory.mktemp("wheels")
    a_wheel(folder, "tiny-sums")
    a_wheel(folder, "not-listed")
    deciding.bring_in(told.instance, [folder])
    deciding.allow(told.instance, "Tiny_Sums", ">=1,<2", "nothing known; twelve lines")
    return told.instance


def pip(told, arguments):
    return told.shell(f"python -m pip install {arguments} 2>&1 || true")


def test_a_package_on_the_list_is_installed_and_imported_and_stays(offered, told):
    said = pip(told, "Tiny_Sums")

    assert "Successfully installed Tiny_Sums-1.0.0" in said
    with Kernel(told.browsers[accounts.RESEARCHER], accounts.PROJECT) as fresh:
        seen = fresh.run("import tiny_sums; print(tiny_sums.TOTAL, tiny_sums.__file__)").text
    assert seen.split() == [
        "42", "/home/researcher/.local/lib/python3.11/site-packages/tiny_sums.py"
    ]  # fmt: skip


def test_a_name_off_the_list_is_refused_in_words_that_reach_whoever_runs_pip(offered, told):
    for name in ("not-listed", "tinysums"):
        said = pip(told, name)

        assert f"403 Client Error: {name} is not on the list of allowed packages" in said
        assert f"Ask for packages at {offered.public_url}" in said
        assert "No matching distribution" in said


@pytest.mark.parametrize(
    "asked",
    [
        "'GET', '/simple/tiny-sums/?d=c2VjcmV0'",
        "'POST', '/legacy/', b'data'",
        "'PUT', '/files/x-1.0-py3-none-any.whl', b'data'",
        "'GET', 'http://example.com/simple/tiny-sums/'",
        "'GET', '/simple/tiny-sums/', None, {'Host': 'example.com'}",
        "'GET', '/files/not_listed-1.0.0-py3-none-any.whl'",
        "'GET', '/files/tiny_sums-1.0.0.tar.gz'",
        "'GET', '/simple/c2VjcmV0/'",
    ],
)
def test_everything_else_that_is_asked_of_the_mirror_is_refused(offered, kernel, asked):
    said = kernel.run(f"{ASK}\nask({asked})").text

    assert said.startswith("403 ")
    assert f"Ask for packages at {offered.public_url}" in said


def test_another_index_is_not_reached(offered, told):
    said = pip(told, "--retries 0 --timeout 3 --index-url http://198.51.100.7/simple another")

    assert "Network is unreachable" in said or "No matching distribution" in said
    assert "Successfully" not in said


def test_sources_are_not_built(offered, told, kernel):
    kernel.run(
        "import os; os.makedirs('built', exist_ok=True); open('built/setup.py', 'w').write("
        '\'open("/home/researcher/ran", "w"); import setuptools; setuptools.setup()\')'
    )

    said = pip(told, "--no-binary tiny-sums tiny-sums")

    assert "Successfully" not in said


FORWARDERS = """
from pathlib import Path
for place in Path('/proc').glob('[0-9]*/cmdline'):
    try:
        if b'hub.workspace.forwarder' in place.read_bytes() and b'once' in place.read_bytes():
            print(place.parent.name)
    except OSError:
        pass
"""


def test_the_forwarder_comes_back(offered, kernel):
    (before,) = kernel.run(FORWARDERS).text.split()
    kernel.run(f"import os; os.kill({before}, 9)")

    def answers():
        tried = f"{ASK}\ntry:\n    ask('GET', '/simple/')\nexcept OSError:\n    pass"
        return "200 OK" in kernel.run(tried).text

    eventually(answers)
    assert kernel.run(FORWARDERS).text.split() != [before]


def test_the_mirror_has_no_network_and_cannot_write_to_its_store(offered):
    (one,) = json.loads(run("docker", "inspect", container(offered, "mirror")))

    assert one["HostConfig"]["NetworkMode"] == "none"
    assert {m["Destination"]: m["RW"] for m in one["Mounts"]}["/srv/packages"] is False
    interfaces = execute(offered, "mirror", "ls", "/sys/class/net").split()
    assert "eth0" not in interfaces


def test_its_log_says_that_something_was_refused_and_not_what(offered, kernel):
    kernel.run(f"{ASK}\nask('GET', '/simple/c2VjcmV0cw/')")

    log = run("docker", "logs", container(offered, "mirror"), stderr_too=True)
    assert '"event": "package_refused"' in log
    assert "c2VjcmV0" not in log


def test_what_is_decided_is_in_the_ledger_and_holds_at_once(offered, told, kernel):
    deciding.refuse(offered, "tiny-sums", "replaced by the standard library")

    said = kernel.run(f"{ASK}\nask('GET', '/simple/tiny-sums/')").text
    shown = admin.output_of(offered, "ledger", "export")

    assert "tiny-sums was refused: replaced by the standard library." in said
    for event in ("packages_imported", "package_allowed", "package_refused"):
        assert f"registry.{event}" in shown
    deciding.allow(offered, "tiny-sums", "", "again, for the tests that follow")
