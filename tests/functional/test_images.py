"""The images carry nothing of the machine that built them, and no way to become root."""

import pytest

from infra import images
from infra.shell import run

OURS = ("service", "workspace", "database", "store")


def inside(image: str, script: str) -> str:
    return run("docker", "run", "--rm", "--network", "none", "--entrypoint", "sh",
               images.tag(image), "-c", script).strip()  # fmt: skip


@pytest.mark.parametrize("image", OURS)
def test_no_setting_of_the_host_is_baked_in(docker_engine, image):
    places = "/etc/apt/sources.list /etc/apt/sources.list.d/* /etc/pip.conf "
    found = inside(image, f"ls -d {places} /wheels /requirements.txt 2>/dev/null; true")

    assert found == ""


@pytest.mark.parametrize("image", OURS)
def test_no_certificate_is_trusted_that_debian_does_not_ship(docker_engine, image):
    counts = inside(
        image,
        "grep -c BEGIN /etc/ssl/certs/ca-certificates.crt; "
        "grep -vc '^[#!]' /etc/ca-certificates.conf",
    )
    trusted, shipped = counts.split()

    assert trusted == shipped


@pytest.mark.parametrize("image", OURS)
def test_no_image_runs_as_root(docker_engine, image):
    assert inside(image, "id -u") != "0"


def test_a_workspace_holds_no_program_that_becomes_root(docker_engine):
    assert inside("workspace", "find / -xdev -type f -perm /6000 2>/dev/null; true") == ""


def test_an_image_is_named_by_all_that_goes_into_it(monkeypatch):
    before = images.tag("workspace")
    monkeypatch.setenv("HAVEN_BASE_IMAGE", "another/base:1")

    assert images.tag("workspace") != before
