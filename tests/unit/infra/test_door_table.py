"""The table of doors in the documentation is what the tests open."""

from pathlib import Path

from tests.isolation.door_table import never_opened, page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "doors.md"


def test_the_table_in_the_documentation_is_what_the_tests_open():
    assert PAGE.read_text() == page(), "run python -m tests.isolation.door_table"


def test_there_is_a_door_for_every_probe():
    assert never_opened() == []
