"""Which files of the host an administrator's command gets to see, and under what names."""

from pathlib import Path

import pytest
import yaml

from infra.handed_in import MOUNTED_AT, NotHandedIn, handed_in, working_folder
from infra.instance import Instance


@pytest.fixture
def instance(tmp_path):
    instance = Instance(name="haven", home=tmp_path / "home", listen="127.0.0.1:1", public_url="")
    instance.datasets.mkdir(parents=True)
    return instance


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where the administrator is."""
    place = tmp_path / "a:b c"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def seen(stage, said):
    """The text of a file as a process reads it that works in the folder inside."""
    inside = Path(said)
    if not inside.is_absolute():
        inside = working_folder() / inside
    return (stage / inside.relative_to(MOUNTED_AT)).read_text()


def project_naming(place, descriptor):
    file = place / "project.yaml"
    file.write_text(yaml.safe_dump({"datasets": [{"descriptor": str(descriptor)}]}))
    return file


@pytest.mark.parametrize("spoken", ["words.yaml", "./words.yaml", "../a:b c/words.yaml", "{}"])
def test_a_file_is_read_under_the_name_that_was_typed(instance, place, spoken):
    place.joinpath("words.yaml").write_text("words")
    typed = spoken.format(place / "words.yaml")

    with handed_in(instance, ["project", "apply", typed]) as (stage, said):
        assert said[:2] == ["project", "apply"]
        assert seen(stage, said[2]) == "words"


def test_nothing_else_of_its_folder_goes_along(instance, place):
    place.joinpath("words.yaml").write_text("words")
    place.joinpath("secret").write_text("secret")

    with handed_in(instance, ["words.yaml"]) as (stage, _):
        files = [path.name for path in stage.rglob("*") if path.is_file()]

    assert files == ["words.yaml"]


def test_the_descriptors_that_a_project_file_names_go_along(instance, place):
    place.parent.joinpath("beside").mkdir()
    place.parent.joinpath("beside/d.yaml").write_text("described")
    project_naming(place, "../beside/d.yaml")

    with handed_in(instance, ["project.yaml"]) as (stage, _):
        inside = stage / (working_folder() / "../beside/d.yaml").relative_to(MOUNTED_AT)
        assert inside.read_text() == "described"


def test_what_lies_beneath_the_datasets_is_not_copied(instance, place):
    own = instance.datasets / "labour"
    own.mkdir()
    own.joinpath("d.yaml").write_text("described")

    with handed_in(instance, [str(own / "d.yaml")]) as (stage, _):
        copied = [path for path in stage.rglob("*") if path.is_file() and not path.is_symlink()]
        linked = stage / (own / "d.yaml").relative_to("/")
        assert linked.resolve() == own / "d.yaml"

    assert copied == []
    assert own.joinpath("d.yaml").exists(), "the end of the command took the data along"


def test_a_descriptor_by_its_full_path_is_refused_in_words(instance, place):
    project_naming(place, "/etc/d.yaml")

    with pytest.raises(NotHandedIn, match="from the project file's own folder"):
        handed_in(instance, ["project.yaml"]).__enter__()


@pytest.mark.parametrize("written", ["datasets: [", "[]", "datasets: 3", "datasets: [{a: 1}]"])
def test_a_file_that_is_no_project_file_goes_as_it_is(instance, place, written):
    place.joinpath("words.yaml").write_text(written)

    with handed_in(instance, ["words.yaml"]) as (stage, said):
        assert seen(stage, said[0]) == written


def test_it_works_from_the_root_of_the_machine(instance, monkeypatch):
    monkeypatch.chdir("/")

    with handed_in(instance, ["ledger", "show"]) as (_, said):
        assert said == ["ledger", "show"]
    assert working_folder() == MOUNTED_AT


def test_nothing_is_left_behind(instance, place):
    place.joinpath("words.yaml").write_text("a password")

    with handed_in(instance, ["words.yaml"]):
        pass

    assert [path.name for path in instance.home.iterdir()] == ["datasets"]


def test_a_folder_goes_along_with_its_own_files_and_their_descriptors(instance, place):
    own = place / "house"
    (own / "deeper").mkdir(parents=True)
    (own / "people.yaml").write_text("people: []")
    (own / "notes.txt").write_text("not to be read")
    (own / "deeper" / "descriptor.yaml").write_text("identifier: jobs")
    (own / "deeper" / "other.yaml").write_text("people: []")
    (own / "data.yml").write_text("datasets: [{descriptor: deeper/descriptor.yaml}]")

    with handed_in(instance, ["apply", "house"]) as (stage, said):
        at = stage / own.relative_to("/")
        found = {str(path.relative_to(at)) for path in at.rglob("*") if path.is_file()}

    assert said == ["apply", "house"]
    assert found == {"people.yaml", "data.yml", "deeper/descriptor.yaml"}


def test_other_commands_take_no_folder_along(instance, place):
    (place / "ada").mkdir()
    (place / "ada" / "people.yaml").write_text("people: []")

    with handed_in(instance, ["people", "ada"]) as (stage, said):
        assert not (stage / (place / "ada").relative_to("/")).exists()
        assert said == ["people", "ada"]
