from dataclasses import replace

import docker
import pytest

from hub.container import Workspace, container, environment, host_config

WORKSPACE = Workspace(
    name="haven-workspace-ada--p1",
    instance="haven",
    username="ada",
    project="p1",
    image="sha256:" + "0" * 64,
    base_url="/user/ada/p1/",
    tier="browser",
    memory_bytes=2 * 1024**3,
    cpus=1.5,
    read_only={"/srv/datasets/d/1.0.0": "/data/d"},
    writable={"/srv/outputs/p1/ada": "/outputs"},
)


def test_a_workspace_has_no_network():
    assert host_config(WORKSPACE)["network_mode"] == "none"
    assert container(WORKSPACE)["network_disabled"] is True


def test_a_workspace_runs_as_an_ordinary_user_without_capabilities():
    limits = host_config(WORKSPACE)

    assert container(WORKSPACE)["user"] == "64100:64100"
    assert limits["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in limits["security_opt"]
    assert limits["privileged"] is False
    assert limits["read_only"] is True


def test_data_is_mounted_read_only_and_outputs_writable():
    assert host_config(WORKSPACE)["binds"] == {
        "/srv/datasets/d/1.0.0": {"bind": "/data/d", "mode": "ro"},
        "/srv/outputs/p1/ada": {"bind": "/outputs", "mode": "rw"},
    }


def test_memory_processes_and_swap_are_bounded():
    limits = host_config(WORKSPACE)

    assert limits["mem_limit"] == limits["memswap_limit"] == 2 * 1024**3
    assert limits["nano_cpus"] == 1_500_000_000
    assert limits["pids_limit"] == 512


def test_a_sandbox_has_room_for_its_own_tasks_beside_those_inside():
    limits = host_config(replace(WORKSPACE, runtime="runsc"))

    assert limits["runtime"] == "runsc"
    assert limits["pids_limit"] == 2048


def test_the_environment_names_the_workspace_and_holds_no_token():
    assert set(environment(WORKSPACE)) == {
        "HOME",
        "HAVEN_USER",
        "HAVEN_PROJECT",
        "HAVEN_BASE_URL",
        "HAVEN_TIER",
        "HAVEN_SOCKET",
    }


@pytest.mark.parametrize("image", ["haven/workspace:latest", "haven/workspace@sha256:1", ""])
def test_an_image_that_a_tag_could_move_is_refused(image):
    with pytest.raises(ValueError, match="content id"):
        container(replace(WORKSPACE, image=image))


def test_docker_knows_every_key_of_the_host_configuration():
    client = docker.APIClient(base_url="unix:///nowhere.sock", version="1.41")

    made = client.create_host_config(**host_config(WORKSPACE))

    assert made["NetworkMode"] == "none"
    assert made["ReadonlyRootfs"] is True
    client.close()
