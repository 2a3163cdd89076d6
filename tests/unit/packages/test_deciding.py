"""What an administrator decides: in the ledger first, and on the list after that."""

from pathlib import Path

import pytest

from infra import admin
from infra.errors import CommandFailed, NotListed
from infra.instance import Instance
from infra.packages import deciding, fetching
from infra.packages.listing import Allowed
from tests.unit.packages.wheels import a_wheel


@pytest.fixture
def instance(tmp_path):
    (tmp_path / "packages").mkdir()
    return Instance(name="t", home=tmp_path, listen="127.0.0.1:1", public_url="http://127.0.0.1:1")


@pytest.fixture
def ledger(monkeypatch):
    lines = []
    monkeypatch.setattr(admin, "output_of", lambda _, *said: lines.append(said) or "")
    return lines


def test_a_decision_is_recorded_and_holds(instance, ledger):
    deciding.allow(instance, "Tiny_Sums", ">=1", "looked\nat it")
    assert deciding.listing_of(instance).allowed == {
        "tiny-sums": Allowed(versions=">=1", note="looked at it")
    }

    deciding.refuse(instance, "tiny.sums", "not needed")

    assert deciding.listing_of(instance).allowed == {}
    assert deciding.listing_of(instance).refused == {"tiny-sums": "not needed"}
    assert ledger == [
        ("package-list", "allow", "tiny-sums", ">=1", "looked at it"),
        ("package-list", "refuse", "tiny-sums", "not needed"),
    ]


def test_nothing_holds_that_the_ledger_did_not_take(instance, monkeypatch, tmp_path):
    def fails(*_):
        raise CommandFailed(["docker"], 3, "")

    monkeypatch.setattr(admin, "output_of", fails)
    with pytest.raises(CommandFailed):
        deciding.allow(instance, "six", "", "looked")
    with pytest.raises(CommandFailed):
        deciding.bring_in(instance, [a_wheel(tmp_path)])

    assert deciding.listing_of(instance).allowed == {}
    assert deciding.listing_of(instance).wheels == {}


@pytest.mark.parametrize(
    ("name", "versions", "note"),
    [("-x", "", "n"), ("a b", "", "n"), ("six", "about 2", "n"), ("six", "", " "),
     ("six", "", "--help"), ("six", "", "x" * 301)],
)  # fmt: skip
def test_names_ranges_and_notes_that_are_none_decide_nothing(
    instance, ledger, name, versions, note
):
    with pytest.raises(NotListed):
        deciding.allow(instance, name, versions, note)

    assert ledger == []


def test_a_file_that_is_no_wheel_is_said_and_nothing_is_taken(instance, ledger, tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("x")

    with pytest.raises(NotListed, match=r"notes\.txt: .*; nothing was taken"):
        deciding.bring_in(instance, [a_wheel(tmp_path), other])

    assert ledger == []


def test_what_the_image_has_is_read_from_its_locked_requirements():
    locked = "# words\nPyYAML==6.0.2 \\\n    --hash=sha256:0\njupyterlab==4.5.0\n"

    assert fetching.in_image(locked) == {"pyyaml": "6.0.2", "jupyterlab": "4.5.0"}


@pytest.mark.parametrize("text", ["six @ file:///etc/x", "--index-url=x", "../six", "a b"])
def test_only_names_and_ranges_are_asked_of_an_index(tmp_path, text):
    with pytest.raises(NotListed):
        fetching.fetch_into(tmp_path, [text])


def test_what_is_fetched_comes_as_wheels_beside_what_the_image_has(tmp_path, monkeypatch):
    def downloads(*command, **_):
        said.extend(command)
        (tmp_path / "wheels").mkdir()
        a_wheel(tmp_path / "wheels")
        a_wheel(tmp_path / "wheels", "jupyterlab")

    said = []
    monkeypatch.setattr(fetching, "run", downloads)
    found = fetching.fetch_into(tmp_path, ["tiny-sums>=1"])

    assert [path.name for path in found] == ["tiny_sums-1.0.0-py3-none-any.whl"]
    assert said[said.index("--only-binary") + 1] == ":all:"
    assert said[-1] == "tiny-sums>=1"
    assert "jupyterlab==" in Path(said[said.index("--constraint") + 1]).read_text()
