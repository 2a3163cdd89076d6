"""What a project leaves behind goes whole, with a hash of each file, and nothing else goes."""

import errno
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra import closing
from infra.closing import NotClosed, certificate, close_out, take_away

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "names-can-be-data.csv"


@pytest.fixture
def home(tmp_path):
    for project in ("pay", "pay-more"):
        for folder in ("homes", "outputs"):
            place = tmp_path / folder / project / "ada"
            place.mkdir(parents=True)
            (place / SECRET).write_text(f"{folder} of {project}")
        shared = tmp_path / "shared" / project
        shared.mkdir(parents=True)
        (shared / "notes.md").write_text(project)
        (tmp_path / "answers" / project / "ada").mkdir(parents=True)
        disks = tmp_path / "disks"
        (disks / "mounted" / f"{project}~ada").mkdir(parents=True)
        (disks / f"{project}~ada.img").write_bytes(b"disk")
        (disks / f"{project}.img").write_bytes(b"disk")
    outside = tmp_path / "outside.txt"
    outside.write_text("of nobody here")
    (tmp_path / "homes" / "pay" / "ada" / "link").symlink_to(outside)
    (tmp_path / "homes" / "pay" / "ada" / "out").symlink_to(tmp_path / "homes" / "pay-more")
    return tmp_path


def everything(home, project):
    found = [*home.glob(f"*/{project}"), *(home / "disks").glob(f"{project}~*.img")]
    return [*found, *(home / "disks").glob(f"{project}.img")]


def test_each_file_is_in_the_certificate_by_its_hash_and_no_name_is(home):
    document = certificate(home, "pay", "destroy", AT)

    assert {(one["folder"], one["of"], one["sha256"]) for one in document["files"]} == {
        ("homes", "ada", hashlib.sha256(b"homes of pay").hexdigest()),
        ("outputs", "ada", hashlib.sha256(b"outputs of pay").hexdigest()),
        ("shared", None, hashlib.sha256(b"pay").hexdigest()),
    }
    assert sum(one["bytes"] for one in document["files"]) == 12 + 14 + 3
    assert SECRET not in json.dumps(document)
    assert "the ledger" in document["kept"]


def test_what_is_destroyed_is_gone_and_the_neighbour_is_whole(home):
    before = everything(home, "pay-more")

    take_away(home, "pay", archive=False)

    assert everything(home, "pay") == []
    assert everything(home, "pay-more") == before
    assert (home / "homes" / "pay-more" / "ada" / SECRET).exists()
    assert (home / "outside.txt").read_text() == "of nobody here"


def test_what_is_archived_is_moved_out_of_everybodys_reach(home):
    take_away(home, "pay", archive=True)

    kept = home / "archive" / "pay"
    assert {path.name for path in kept.iterdir()} == {
        "pay~ada.img", "pay.img", "homes", "outputs", "shared",
    }  # fmt: skip
    assert kept.stat().st_mode & 0o077 == 0
    assert [place for place in everything(home, "pay") if place != kept] == []


def test_disks_are_archived_though_nothing_is_renamed_out_of_a_mount(home, monkeypatch):
    rename = Path.rename

    def as_the_kernel_does(path, target):
        if path.parent == home / "disks" and Path(target).parent != path.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", as_the_kernel_does)
    take_away(home, "pay", archive=True)

    assert (home / "archive" / "pay" / "pay~ada.img").read_bytes() == b"disk"
    assert list((home / "archive" / "pay").glob("*.new")) == []
    assert not (home / "disks" / "pay~ada.img").exists()


def test_a_second_try_after_half_of_it_ends_the_same(home):
    (home / "disks" / "pay.img").unlink()
    take_away(home, "pay", archive=False)
    take_away(home, "pay", archive=False)

    assert everything(home, "pay") == []


class Inside:
    """The registry's side, as `haven closure` answers it."""

    def __init__(self, mode="destroy"):
        self.mode, self.recorded = mode, []

    def output_of(self, _instance, _closure, command, argument):
        if command == "plan":
            return json.dumps({"project": argument, "mode": self.mode})
        self.recorded.append(json.loads(Path(argument).read_text()))
        return "certificate"


@pytest.fixture
def inside(monkeypatch):
    inside = Inside()
    monkeypatch.setattr(closing.admin, "output_of", inside.output_of)
    monkeypatch.setattr(closing, "_require_mounted", lambda *_: None)
    return inside


def test_the_certificate_is_recorded_once_all_is_gone(home, inside):
    close_out(SimpleNamespace(home=home), "pay")

    [document] = inside.recorded
    assert len(document["files"]) == 3
    assert everything(home, "pay") == []
    [kept] = (home / "closures").iterdir()
    assert kept.name.startswith("pay-")


def test_what_was_killed_half_way_goes_on_with_the_first_certificate(home, inside, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(closing, "take_away", killed)
        with pytest.raises(KeyboardInterrupt):
            close_out(SimpleNamespace(home=home), "pay")
    (home / "homes" / "pay" / "ada" / SECRET).unlink()
    close_out(SimpleNamespace(home=home), "pay")

    [document] = inside.recorded
    assert len(document["files"]) == 3


def test_what_was_begun_otherwise_is_not_gone_on_with(home, inside):
    (home / "closures").mkdir()
    (home / "closures" / "pay.json").write_text('{"mode": "archive"}')

    with pytest.raises(NotClosed, match="begun as archive"):
        close_out(SimpleNamespace(home=home), "pay")

    assert everything(home, "pay") != []


@pytest.mark.usefixtures("inside")
def test_a_name_that_is_none_touches_nothing(home):
    with pytest.raises(NotClosed, match="not the name"):
        close_out(SimpleNamespace(home=home), "../pay")


def test_a_disk_that_is_not_mounted_is_not_destroyed_unread(home, monkeypatch):
    monkeypatch.setattr(closing.admin, "output_of", Inside().output_of)

    with pytest.raises(NotClosed, match="not mounted"):
        close_out(SimpleNamespace(home=home), "pay")

    assert (home / "disks" / "pay~ada.img").exists()
    assert (home / "homes" / "pay" / "ada" / SECRET).exists()


@pytest.mark.parametrize("hidden", ["homes/pay/ada", "outputs/pay/ada", "shared/pay"])
def test_a_disk_that_is_mounted_and_not_shown_is_not_destroyed_unread(home, monkeypatch, hidden):
    monkeypatch.setattr(closing.admin, "output_of", Inside().output_of)
    monkeypatch.setattr(closing.os.path, "ismount", lambda place: place != home / hidden)

    with pytest.raises(NotClosed, match="not mounted"):
        close_out(SimpleNamespace(home=home), "pay")

    assert (home / "disks" / "pay~ada.img").exists()
    assert not (home / "closures" / "pay.json").exists()
