import pytest

from hub.portal_client import WorkspaceGrant
from hub.storage import helper, mount


def a_grant(**changes):
    return WorkspaceGrant(
        **{
            "project": "p1", "title": "t", "tier": "browser", "mounts": (), "memory_bytes": 1,
            "cpus": 1.0, "disk_mib": 10, "shared_mib": 20, "files": 1000,
        }
        | changes
    )  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """The commands that would run as root; mounts are believed to have happened."""
    commands, mounted = [], set()

    def run(*command):
        commands.append(command)
        if command[0] == "mount":
            mounted.add(command[-1])

    monkeypatch.setattr(mount, "_run", run)
    monkeypatch.setattr(mount.os.path, "ismount", lambda path: str(path) in mounted)
    monkeypatch.setattr(mount.os, "chown", lambda *_: None)
    return commands


@pytest.fixture
def home(tmp_path):
    for name in helper.PLACES:
        (tmp_path / name).mkdir()
    return tmp_path


def prepare(home, **changes):
    sizes = {"disk_mib": 10, "files": 1000, "shared_mib": 20} | changes
    mount.prepare(home, "p1", "ada", **sizes)


def test_a_persons_disk_and_the_projects_have_the_sizes_that_were_asked_for(home, asked):
    prepare(home)

    sizes = {path.name: path.stat().st_size >> 20 for path in (home / "disks").glob("*.img")}
    assert sizes == {"p1~ada.img": 10, "p1.img": 20}
    assert [command[0] for command in asked].count("mkfs.ext4") == 2


def test_what_is_mounted_is_left_alone(home, asked):
    prepare(home)
    before = len(asked)

    prepare(home)

    assert len(asked) == before
    assert mount.is_ready(home, "p1", "ada")
    assert not mount.is_ready(home, "p1", "bea")


def test_a_disk_that_became_too_small_grows(home, asked, monkeypatch):
    prepare(home)
    monkeypatch.setattr(mount.os.path, "ismount", lambda _: False)
    asked.clear()

    prepare(home, disk_mib=30)

    assert ("resize2fs", str(home / "disks" / "p1~ada.img")) in asked
    assert (home / "disks" / "p1~ada.img").stat().st_size >> 20 == 30
    assert "mkfs.ext4" not in {command[0] for command in asked}


def test_files_from_before_move_onto_the_disk(home, asked):
    place = home / "homes" / "p1" / "ada"
    place.mkdir(parents=True)
    (place / "notes.txt").write_text("mine")

    prepare(home)

    [copied] = [command for command in asked if command[0] == "cp"]
    assert copied[2] == f"{place}/."


def test_the_kernel_follows_no_link_beside_a_socket(home, asked):
    prepare(home)

    [socket] = [command for command in asked if "tmpfs" in command]
    assert "nosymfollow" in socket[4]
    assert "nr_inodes=64" in socket[4]


def test_after_a_restart_every_disk_is_mounted_again(home, asked, monkeypatch):
    prepare(home)
    monkeypatch.setattr(mount.os.path, "ismount", lambda _: False)
    asked.clear()

    mount.remount_all(home)

    images = [command[3] for command in asked if command[1] == "-o"]
    assert images == [str(home / "disks" / f"{name}.img") for name in ("p1", "p1~ada")]


@pytest.mark.parametrize("name", ["..", "a/b", "", "-o", "a~b", "A", "a b", "a" * 32])
def test_a_name_that_is_none_touches_nothing(home, asked, name):
    for project, username in ((name, "ada"), ("p1", name)):
        with pytest.raises(ValueError, match="not a name"):
            mount.prepare(home, project, username, disk_mib=1, files=1, shared_mib=1)

    assert asked == []


def test_the_mounting_container_reaches_no_secret_no_network_and_no_dataset(tmp_path):
    config = helper.host_config(tmp_path)

    assert config["network_mode"] == "none"
    assert config["cap_drop"] == ["ALL"]
    assert "privileged" not in config
    reached = {bind.split(":")[0].rsplit("/", 1)[-1] for bind in config["binds"]}
    assert reached == {"disks", "homes", "outputs", "shared", "sockets", "dev"}


def test_the_mounting_container_is_told_names_and_numbers_only(tmp_path):
    made = helper.container(
        instance="h", image="sha256:1", home=tmp_path, username="ada", grant=a_grant()
    )

    assert made["command"] == [str(tmp_path), "p1", "ada", "10", "1000", "20"]
    assert "environment" not in made
