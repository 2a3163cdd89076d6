from datetime import date, datetime
from decimal import Decimal

import pytest

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.labels import canonical, is_margin_word
from output_checker.disclosure.evidence.rounding import Rounding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", 1),
        ("1.0", 1),
        ("1.0", "1"),
        (" x ", "x"),
        ("2.50", Decimal("2.5")),
        ("1e3", "1000"),
        ("2020-01-01 00:00:00", date(2020, 1, 1)),
        ("2020-01-01T00:00:00.000", datetime(2020, 1, 1)),  # noqa: DTZ001 - as sources hold it
        ("TRUE", True),
        ("", None),
        ("nan", float("nan")),
        ("NA", None),
    ],
)
def test_spellings_of_one_label_are_one(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("007", "7"), ("1", "10"), ("a", "A"), ("2020-01-01 12:00:00", "2020-01-01"), ("0", ""),
     ("1.5", "1")],
)  # fmt: skip
def test_different_labels_stay_different(one, other):
    assert canonical(one) != canonical(other)


def test_whole_numbers_are_written_out_as_far_as_a_column_of_them_goes():
    assert canonical("9e18") == "9000000000000000000"
    assert canonical("9223372036854775808.0") == "9.223372036854776e+18"


def test_a_huge_exponent_is_a_label_and_no_crash():
    assert canonical("1e999") == canonical("1e999")
    assert canonical("-1.5e308") is not None


@pytest.mark.parametrize("word", ["All", "total", "Grand Total"])
def test_totals_are_known_by_their_words(word):
    assert is_margin_word(word)


@pytest.mark.parametrize(
    ("text", "expected", "agrees"),
    [
        ("12", 12, True),
        ("13", 12, False),
        ("1,234", 1234, True),
        ("12.0", 12, True),
        ("3.33", 10 / 3, True),
        ("3.34", 10 / 3, False),
        ("3", 10 / 3, True),
        ("1.2e3", 1234.0, True),
        ("1.3e3", 1234.0, False),
        ("600001", 600000, False),
        ("1234.5678901234567", 1234.5678901234, True),
        ("1234.5678909999", 1234.5678901234, False),
        ("1234.567891234", 1234.5678901234, False),
        # The nearest number of single precision, as it prints itself and widened.
        ("1234.5679", 1234.5678123, True),
        ("1348340.8", 1348340.6778, True),
        ("1234.5679931640625", 1234.5678123, True),
        ("1e39", 12, False),
        ("12", float("inf"), False),
        ("0e5", 12.0, False),
        ("0e300", 1e9, False),
        ("0e5", 0.4, True),
        ("0e-5", 0.4, False),
        ("1_2", 12, False),
        ("twelve", 12, False),
        ("1e999", 12, False),
    ],
)
def test_a_printed_number_agrees_at_its_own_precision(text, expected, agrees):
    evidence = CellEvidence(units=20, expected=(expected,))

    assert numbers.agrees(text, evidence) is agrees


@pytest.mark.parametrize(
    "text",
    ["e5", "007", "00", "0,123", ".", "+", "", "1,23", "\u0661", "0x1", "inf", "nan", "1e", "--1"],
)
def test_what_only_looks_like_a_number_is_none(text):
    assert numbers.number(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("1,234.5", 1234.5), (".5", 0.5), ("-1.", -1), ("1e3", 1000)]
)
def test_a_number_is_read_as_people_print_it(text, value):
    assert float(numbers.number(text)) == value


def test_a_number_that_no_count_can_be_is_not_rounded_and_no_crash():
    assert not any(
        rounding.is_rounded(numbers.number(text))
        for text in ("1e300", "-1e300", "1e40")
        for rounding in (Rounding(base=10), Rounding(base=6, is_midpoint=True))
    )
    assert Rounding(base=10).is_rounded(numbers.number("0e300"))


@pytest.mark.parametrize("text", ["*", "suppressed", "[c]", "<10", "-", "..", "[REDACTED]"])
def test_marks_of_suppression_are_known(text):
    assert numbers.is_suppressed(text)


@pytest.mark.parametrize("text", ["0", "12", "<9603183", "north", "-5"])
def test_what_could_carry_a_value_is_no_mark_of_suppression(text):
    assert not numbers.is_suppressed(text)


@pytest.mark.parametrize(
    ("texts", "decimals"),
    [(["1", "20.50"], 1), (["24300", "1200.0"], -2), (["0", "1200"], 0), (["5"], None),
     (["1e999", "1e999"], -300)],
)  # fmt: skip
def test_the_zeros_that_all_numbers_end_with_say_how_they_are_rounded(texts, decimals):
    assert numbers.decimals(texts) == decimals


def test_means_rounded_to_hundreds_agree_where_the_whole_column_is():
    evidence = CellEvidence(units=20, expected=(24318.7,))

    assert numbers.agrees("24300", evidence, decimals=-2)
    assert not numbers.agrees("24400", evidence, decimals=-2)
    assert not numbers.agrees("24300", evidence)
