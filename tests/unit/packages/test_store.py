"""What becomes part of the store, and what does not."""

import zipfile

import pytest

from infra.packages.listing import Allowed, Listing, from_json, to_json
from infra.packages.names import NotAName, package_name, versions, wheel_name
from infra.packages.store import NotImportable, Store, wheels_in
from tests.unit.packages.wheels import a_wheel


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "packages"
    folder.mkdir()
    return Store(folder)


def test_a_store_that_is_new_is_empty(store):
    assert store.listing() == Listing()


def test_a_wheel_is_copied_with_its_hash_and_is_not_allowed_by_that(store, tmp_path):
    path = a_wheel(tmp_path)

    (wheel,) = store.take([path])

    assert store.path_of(wheel).read_bytes() == path.read_bytes()
    assert store.listing().wheels == {path.name: wheel}
    assert store.listing().served("tiny-sums") == []
    assert (wheel.version, wheel.requires_python) == ("1.0.0", ">=3.8")


def test_a_package_is_given_once_it_is_allowed_and_no_more_once_it_is_refused(store, tmp_path):
    (wheel,) = store.take([a_wheel(tmp_path)])
    store.write(store.listing().with_allowed("tiny-sums", Allowed(versions=">=1", note="looked")))
    assert store.listing().served("tiny-sums") == [wheel]

    store.write(store.listing().with_refused("tiny-sums", "why not"))

    assert store.listing().served("tiny-sums") == []
    assert store.listing().refused == {"tiny-sums": "why not"}


def test_another_file_under_a_name_that_is_here_is_refused(store, tmp_path):
    store.take([a_wheel(tmp_path)])

    with pytest.raises(NotImportable, match="another file of that name"):
        store.take([a_wheel(tmp_path, code="TOTAL = 43\n")])


def test_all_files_are_taken_or_none(store, tmp_path):
    source = tmp_path / "tiny_sums-1.0.0.tar.gz"
    source.write_bytes(b"x")

    with pytest.raises(NotImportable, match="not the file name of a wheel"):
        store.take([a_wheel(tmp_path), source])

    assert store.listing() == Listing()


def test_a_wheel_of_another_package_inside_is_refused(store, tmp_path):
    with pytest.raises(NotImportable, match="another package or version"):
        store.take([a_wheel(tmp_path, says="requests")])


def test_a_wheel_of_another_version_inside_is_refused(store, tmp_path):
    path = a_wheel(tmp_path)
    renamed = path.rename(tmp_path / "tiny_sums-2.0.0-py3-none-any.whl")

    with pytest.raises(NotImportable, match="another package or version"):
        store.take([renamed])


def test_what_is_no_archive_or_has_no_metadata_is_refused(store, tmp_path):
    broken = tmp_path / "broken-1.0-py3-none-any.whl"
    broken.write_bytes(b"no archive")
    with pytest.raises(NotImportable, match="cannot be read"):
        store.take([broken])
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("broken.py", "")
    with pytest.raises(NotImportable, match="cannot be read"):
        store.take([broken])


def test_folders_stand_for_their_files_and_nothing_is_said_so(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    with pytest.raises(NotImportable, match="no file"):
        wheels_in([folder])
    path = a_wheel(folder)

    assert wheels_in([folder, path]) == [path, path]


def test_the_list_is_read_as_it_was_written_and_nothing_else_is_read():
    listing = Listing(allowed={"six": Allowed(note="x")}, refused={"left-pad": "no"})

    assert from_json(to_json(listing)) == listing
    for text in ("{}", "[]", '{"allowed": {"six": {"surprise": 1}}, "refused": {}, "wheels": {}}'):
        with pytest.raises(ValueError, match="not a list of packages"):
            from_json(text)


def test_names_and_ranges_that_are_none_are_refused():
    assert package_name("Tiny_Sums.x") == "tiny-sums-x"
    for text in ("", "-x", "a b", "a/b", "../a", "a" * 101, "\u00e9"):
        with pytest.raises(NotAName):
            package_name(text)
    for text in ("x.whl", "x-1.0.tar.gz", "../x-1.0-py3-none-any.whl", "x-1.0-py3-none-any.whl\n"):
        with pytest.raises(NotAName):
            wheel_name(text)
    with pytest.raises(NotAName):
        versions("about 2")
