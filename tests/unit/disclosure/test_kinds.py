import pytest

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import kinds


@pytest.mark.parametrize("name", ["t.exe", "t", "csv", "t.csv.gz", ".csv"])
def test_other_kinds_are_refused_with_the_kinds_that_are_allowed(name):
    with pytest.raises(Unreadable, match=r"\.csv.*\.png") as caught:
        kinds.kind_of(name)

    assert caught.value.rule == "file-type"


@pytest.mark.parametrize(
    ("name", "kind"), [("a/t.csv", "csv"), ("T.CSV", "csv"), ("p.png", "png"), ("t.tsv", "csv")]
)
def test_the_kind_follows_from_the_name(name, kind):
    assert kinds.kind_of(name).name == kind


def test_a_file_that_does_not_begin_as_its_name_says_is_refused():
    with pytest.raises(Unreadable, match=r"does not begin as \.png"):
        kinds.require_beginning(kinds.BY_NAME["png"], b"a,b\n")


def test_a_file_that_begins_as_another_kind_is_refused():
    with pytest.raises(Unreadable, match=r"named \.csv and begins as \.png") as caught:
        kinds.require_beginning(kinds.BY_NAME["csv"], b"\x89PNG\r\n\x1a\nrest")

    assert caught.value.rule == "polyglot"
