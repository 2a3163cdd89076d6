from pathlib import Path

import pytest

from infra import lifecycle
from infra.errors import NotReady
from infra.folders import MARK, is_mounted, require_ours
from infra.instance import Instance


def test_a_folder_that_is_mounted_on_itself_is_seen_as_mounted(monkeypatch, tmp_path):
    line = f"/dev/vda {tmp_path}/homes ext4 rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda _path: line)

    assert is_mounted(tmp_path / "homes")
    assert not is_mounted(tmp_path / "outputs")


@pytest.fixture
def instance(tmp_path):
    return Instance(name="haven", home=tmp_path / "home", listen="127.0.0.1:1", public_url="")


def test_a_home_that_holds_other_things_is_neither_used_nor_removed(instance):
    instance.home.mkdir()
    letter = instance.home / "letter.txt"
    letter.write_text("Dear Ada")

    with pytest.raises(NotReady, match=r"holds other things\. Set HAVEN_HOME"):
        lifecycle.up(instance)
    with pytest.raises(NotReady, match="holds other things"):
        list(lifecycle.down(instance, volumes=True))

    assert letter.read_text() == "Dear Ada"


def test_the_home_of_another_installation_is_named(instance):
    instance.home.mkdir()
    (instance.home / MARK).write_text("other\n")

    with pytest.raises(NotReady, match="holds the installation other"):
        require_ours(instance)


def test_a_new_home_an_empty_one_and_our_own_are_ours(instance):
    require_ours(instance)
    instance.home.mkdir()
    require_ours(instance)
    (instance.home / MARK).write_text("haven\n")
    (instance.home / "secrets").mkdir()
    require_ours(instance)
