import pytest

from output_checker.disclosure.leaks import spelling
from output_checker.disclosure.readers.artefacts import Table


def found(*lines):
    header, *rows = lines
    return [one.reason for one in spelling.find(Table(header=header, rows=tuple(rows)))]


@pytest.mark.parametrize(
    "lines",
    [
        (("a", "n"), ("x", "1"), ("y", "22")),
        (("a", " n"), ("x", " 1"), ("y", " 22")),
        (("a ", " n"), ("x ", " 1"), ("yy", "22")),
        (("a", "n"), ("x", "29375.680000000001"), ("y", "0.1")),
        (("a", "n"), ("a text of a good many words: 12345678901234567890123456", "1")),
    ],
    ids=["plain", "after each comma", "set in line", "as a double is printed", "a text"],
)
def test_what_programs_write_hides_nothing(lines):
    assert found(*lines) == []


@pytest.mark.parametrize(
    "lines",
    [
        (("a", "n"), ("x", "1 \t "), ("y", "2")),
        (("a", "n"), ("x", "1\t"), ("y", "2\t")),
        (("a", "n"), (" x", "1"), ("y", "2")),
        (("a", "n"), (" x ", "1"), ("  y", "2")),
        (("a\t\t ", "n"), ("x", "1"), ("y", "2")),
        (("a", "n"), ("x\u00a0", "1"), ("y\u00a0", "2")),
    ],
    ids=["a run", "tabs", "one of them", "split", "header", "another blank"],
)
def test_blanks_that_set_nothing_in_line_are_a_hidden_part(lines):
    (reason,) = found(*lines)

    assert "blanks around their text" in reason


@pytest.mark.parametrize("text", ["1." + "0123456789" * 3, "0" * 25 + "7", "5" + ".0" + "1" * 30])
def test_digits_that_no_source_can_confirm_are_a_hidden_part(text):
    (reason,) = found(("a", "n"), ("x", text), ("y", "2"))

    assert reason == "1 lines have numbers of more than 24 digits, which no source can confirm"
