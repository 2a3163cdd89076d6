"""The parts of the search for versions that pass: what is merged, hidden, rounded, and lost."""

import json
from dataclasses import replace

import pytest

from output_checker.disclosure import specs
from output_checker.disclosure.advice.files import advise_on_file, as_csv
from output_checker.disclosure.advice.loss import EXPLAINED
from output_checker.disclosure.advice.merged_names import neighbours_name, rest_name
from output_checker.disclosure.advice.numbers_written import conventional_rounding
from output_checker.disclosure.advice.original import in_order
from output_checker.disclosure.advice.report import as_fragment, as_text
from output_checker.disclosure.advice.spec_documents import as_document
from output_checker.disclosure.engine import bench
from output_checker.disclosure.evidence.bands import joined_label, read_bands
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Source
from output_checker.disclosure.policies.read import parse
from output_checker.disclosure.policy import Policy


class Desk:
    """A source of counted groups, and the advice on a table of it."""

    def __init__(self, folder):
        self._folder = folder

    def source(self, header, groups):
        lines = [",".join(map(str, labels)) for labels, count in groups.items()
                 for _ in range(count)]  # fmt: skip
        (self._folder / "source.csv").write_text("\n".join([header, *lines]) + "\n")

    def advise(self, text, spec=None, **policy):
        path = self._folder / "table.csv"
        path.write_text("\n".join(text.split(" / ")) + "\n")
        source = Source(name="s", path=self._folder / "source.csv")
        rules = parse("asked", {"threshold": 10, "zeros_disclosive": False, **policy})
        with bench(sources=[source], policy=rules) as made:
            declared = None if spec is None else specs.parse(spec)
            _, advice = advise_on_file(made, path, declared, seconds=60)
        return advice

    def by_kind(self, text, spec=None, **policy):
        """The version of each kind of change, as it would be written."""
        advice = self.advise(text, spec, **policy)
        return {one.kinds: as_csv(one.table).splitlines() for one in advice.remedies}


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.source(
        "region,age",
        {("north", 20): 20, ("north", 40): 30, ("south", 20): 4, ("south", 40): 25,
         ("east", 20): 12, ("east", 40): 6, ("west", 20): 40, ("west", 40): 50},
    )  # fmt: skip
    return desk


TABLE = "region,20,40 / north,20,30 / south,4,25 / east,12,6 / west,40,50"
ACROSS = {"rows": ["region"], "columns": ["age"]}


def test_the_smallest_labels_are_merged_and_counted_anew(desk):
    assert desk.by_kind(TABLE, ACROSS)["merge",] == [
        "region,20,40", "north,20,30", "east or south,16,31", "west,40,50",
    ]  # fmt: skip


def test_few_labels_that_are_not_merged_are_lost_by_their_share(desk):
    advice = desk.advise(TABLE, ACROSS)

    merged = next(one for one in advice.remedies if one.kinds == ("merge",))
    assert merged.loss.share == pytest.approx((4 + 25 + 12 + 6) / 187 / 2)
    assert (merged.loss.gone, merged.loss.numbers, merged.loss.hidden) == (4, 8, 0)


def test_hidden_cells_are_lost_in_whole(desk):
    advice = desk.advise(TABLE, ACROSS)

    hidden = next(one for one in advice.remedies if one.kinds == ("suppress",))
    assert hidden.loss.share == pytest.approx((4 + 6) / 187)
    assert hidden.loss.hidden == 2
    assert hidden.changed == {(1, 1), (2, 2)}


def test_a_rounded_number_is_lost_as_far_as_it_is_off(desk):
    advice = desk.advise("region,n / north,50 / west,90", None, rounding="20")

    (only,) = advice.remedies
    assert only.kinds == ("round",)
    assert as_csv(only.table) == "region,n\nnorth,60\nwest,100\n"
    assert only.loss.share == pytest.approx(20 / 140)


def test_neighbouring_bands_are_merged_and_others_never(tmp_path):
    desk = Desk(tmp_path)
    desk.source("band", {("16-24",): 30, ("25-34",): 4, ("35-44",): 90, ("45+",): 3})

    versions = desk.by_kind("band,n / 16-24,30 / 25-34,4 / 35-44,90 / 45+,3", None)

    assert versions["merge",] == ["band,n", "16-34,34", "35+,93"]


def test_bands_of_a_number_are_cut_anew(tmp_path):
    desk = Desk(tmp_path)
    desk.source("age", {(20,): 30, (26,): 4, (40,): 90, (50,): 30})
    spec = {"rows": ["band"], "bands": {"band": "age"}}

    advice = desk.advise("band,n / 16-24,30 / 25-34,4 / 35-44,90 / 45+,30", spec)

    (merged,) = [one for one in advice.remedies if one.kinds == ("merge",)]
    assert as_csv(merged.table).splitlines() == ["band,n", "16-34,34", "35-44,90", "45+,30"]
    assert merged.spec["bands"] == {"band": "age"}
    assert "groups" not in merged.spec


def test_of_twelve_ordered_labels_the_smallest_join_a_neighbour(tmp_path):
    desk = Desk(tmp_path)
    desk.source("year", {(2000 + at,): 3 if at == 5 else 40 for at in range(12)})
    lines = " / ".join(f"{2000 + at},{3 if at == 5 else 40}" for at in range(12))

    versions = desk.by_kind(f"year,n / {lines}", None)

    assert "2004 to 2005,43" in versions["merge",]


def test_a_variable_is_left_out(desk):
    assert desk.by_kind(TABLE, ACROSS)["drop-variable",] == ["age,count", "20,76", "40,111"]


def test_what_a_total_gives_back_is_hidden_with_another(desk):
    text = (
        "region,20,40,Total / north,20,30,50 / south,4,25,29 / east,12,60,72 / west,40,50,90 "
        "/ Total,76,165,241"
    )
    desk.source(
        "region,age",
        {("north", 20): 20, ("north", 40): 30, ("south", 20): 4, ("south", 40): 25,
         ("east", 20): 12, ("east", 40): 60, ("west", 20): 40, ("west", 40): 50},
    )  # fmt: skip

    assert desk.by_kind(text, ACROSS)["suppress",] == [
        "region,20,40,Total", "north,*,*,50", "south,*,*,29", "east,12,60,72", "west,40,50,90",
        "Total,76,165,241",
    ]  # fmt: skip


def test_a_place_in_an_order_of_numbers_does_not_tell_a_hidden_one(desk):
    text = "region,age,n / west,40,50 / west,20,40 / north,40,30 / south,40,25 / south,20,4"

    assert desk.by_kind(text, {"rows": ["region", "age"]})["suppress",] == [
        "region,age,n", "north,40,30", "south,20,*", "south,40,25", "west,20,40", "west,40,50",
    ]  # fmt: skip


def test_groups_of_nobody_get_a_line_so_that_they_can_be_hidden(tmp_path):
    desk = Desk(tmp_path)
    desk.source("region,age", {("north", 20): 20, ("north", 40): 30, ("south", 40): 25,
                               ("west", 20): 4, ("west", 40): 50})  # fmt: skip
    text = "region,age,n / north,20,20 / north,40,30 / south,40,25 / west,20,4 / west,40,50"

    versions = desk.by_kind(text, {"rows": ["region", "age"]}, zeros_disclosive=True)

    assert versions["suppress",] == [
        "region,age,n", "north,20,20", "north,40,30", "south,20,*", "south,40,25", "west,20,*",
        "west,40,50",
    ]  # fmt: skip


def test_a_column_that_nothing_accounts_for_is_left_out(desk):
    advice = desk.advise("region,n,score / north,50,1.7 / west,90,2.9", {"rows": ["region"]})

    assert advice.remedies[0].kinds == ("drop-column",)
    assert as_csv(advice.remedies[0].table) == "region,n\nnorth,50\nwest,90\n"
    assert advice.remedies[0].loss.share == pytest.approx(0.5)


def test_merging_again_adds_to_the_groups_of_the_spec(desk):
    groups = {"region": {"south or east": ["south", "east"]}}
    text = "region,20,40 / north,20,30 / south or east,16,31 / west,40,50"

    advice = desk.advise(text, {**ACROSS, "groups": groups}, threshold=17)

    (merged,) = [one for one in advice.remedies if one.kinds == ("merge",)]
    assert sorted(*merged.spec["groups"]["region"].values()) == ["east", "north", "south"]


def test_marks_become_one(desk):
    text = "region,20,40 / north,20,30 / south,<10,25 / east,12,6 / west,40,50"

    assert "south,*,25" in desk.by_kind(text, ACROSS)["suppress",]


def test_a_mark_that_tells_too_much_becomes_a_plain_one(desk):
    text = "region,20,40 / north,20,30 / south,<5,25 / east,12,<9 / west,40,50"

    assert desk.by_kind(text, ACROSS)["suppress",][2:4] == ["south,*,25", "east,12,*"]


def test_labels_do_not_steer_a_page_or_a_terminal(tmp_path):
    desk = Desk(tmp_path)
    desk.source("region", {("<b>north</b>",): 20, ("\x1b[31msouth",): 4, ("east",): 40})

    advice = desk.advise("region,n / <b>north</b>,20 / \x1b[31msouth,4 / east,40", None)

    assert advice.remedies
    assert "\x1b" not in as_text(advice, "t.csv", policy="p")
    assert "<b>" not in as_fragment(advice)
    assert EXPLAINED in as_fragment(advice).replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("16-24", "35-44", "16-44"),
        ("16-24", "65+", "16+"),
        ("<16", "16-24", "<=24"),
        ("[0, 10)", "[20, 30]", "[0, 30]"),
        ("0 to under 5", "5 to under 10", "0 to under 10"),
        ("0.5-1.5", "1.5-2.5", "0.5-2.5"),
        ("1,000-1,999", "2,000-1,000,000", "1000-1000000"),
        ("<16", "65+", None),
        ("north", "south", None),
    ],
)
def test_the_name_of_joined_bands_means_both(first, last, label):
    assert joined_label(first, last) == label
    if label is not None:
        (band,) = read_bands([label])
        low, *_, high = read_bands([first, last])
        assert (band.low, band.high) == (low.low, high.high)


def test_names_that_are_taken_or_that_a_person_must_read_are_not_given():
    assert rest_name(["a", "b"], {"a", "b"}) == "a or b"
    assert rest_name(["a", "b"], {"a or b"}) == "other"
    assert rest_name(["a1", "b2", "c3"], ()) == "a1 or b2 or c3"
    assert rest_name(["a" * 20, "b" * 20], ()) == "other"
    assert rest_name(["a", "b", "c", "d"], {"other"}) == "others"
    assert neighbours_name(["2001", "2002", "2003"], ()) == "2001 to 2003"
    assert neighbours_name(["16-24", "25-34"], {"16-34"}) == "16-24 or 25-34"
    assert neighbours_name(["1,000-1,999", "2,000+"], ()) == "1,000-1,999 or 2,000+"


def test_the_order_of_labels_is_that_of_bands_then_numbers():
    assert in_order(["65+", "<16", "16-64"]) == (["<16", "16-64", "65+"], True)
    assert in_order(["10", "9", "2000"]) == (["9", "10", "2000"], True)
    assert in_order(["b", "a", "10"]) == (["10", "a", "b"], False)


def test_of_several_roundings_the_one_that_keeps_all_is_taken():
    five, ten, six = Rounding(base=5), Rounding(base=10), Rounding(base=6, is_midpoint=True)
    policy = Policy(name="p")

    assert conventional_rounding(policy) is None
    assert conventional_rounding(replace(policy, rounding=(five, ten))) == ten
    assert conventional_rounding(replace(policy, rounding=(Rounding(base=4), five))).base == 20
    assert conventional_rounding(replace(policy, rounding=(six,))) == six


@pytest.mark.parametrize(
    "document",
    [
        {"rows": ["a"]},
        {"rows": ["a", "c"], "columns": ["b"], "values": "v", "aggregate": "mean",
         "where": {"a": ["x", None], "v": {"op": ">", "value": 3}}, "margins": True,
         "bands": {"c": "age"}, "groups": {"a": {"x or y": ["x", "y"]}}, "weight": "w"},
        {"rows": ["a"], "values": "v", "aggregate": "ratio", "denominator": "d", "per": 1000},
        {"rows": ["a", "b"], "aggregate": "share", "of": ["a"], "rounding": "midpoint6"},
    ],
)  # fmt: skip
def test_a_spec_comes_back_from_its_document(document):
    spec = specs.parse(document)

    assert specs.parse(json.loads(json.dumps(as_document(spec)))) == spec
