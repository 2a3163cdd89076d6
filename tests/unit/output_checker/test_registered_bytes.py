import hashlib

import pytest

from output_checker.adapters.registered_bytes import require_registered
from output_checker.disclosure.errors import BadSource

DATA = b"region,pay\nnorth,1\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(DATA)
    return path


def require(path):
    require_registered("people", path, hashlib.sha256(DATA).hexdigest())


def test_the_registered_file_is_taken(path):
    require(path)


def test_another_file_in_its_place_is_refused(path):
    require(path)
    replacement = path.with_name("new")
    replacement.write_bytes(DATA.replace(b"1", b"2"))
    replacement.replace(path)

    with pytest.raises(BadSource, match=r"people is not the file that was registered"):
        require(path)


def test_a_file_that_was_written_to_is_refused(path):
    require(path)
    path.write_bytes(DATA + DATA)

    with pytest.raises(BadSource):
        require(path)


def test_a_file_that_is_gone_is_named_without_its_path(path):
    path.unlink()

    with pytest.raises(BadSource) as caught:
        require(path)

    assert str(caught.value) == "dataset people cannot be read"
