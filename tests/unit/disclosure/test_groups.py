"""Labels of the source that a table shows as one."""

import pytest

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.groups import checked
from output_checker.disclosure.specs import parse
from tests.unit.disclosure.two_tables import Desk, people

SPEC = {"rows": ["region"], "columns": ["sex"]}
SMALL = {"region": {"south or east": ["south", "east"]}}


@pytest.fixture
def desk(tmp_path):
    return Desk(
        tmp_path, "region sex",
        people(north_m=20, north_f=21, south_m=6, south_f=30, east_m=7, east_f=15),
    )  # fmt: skip


def judged(desk, text, **spec):
    (report,) = desk.judge(desk.table("table", text, **SPEC | spec)).files
    return report.verdict.value, {finding.rule for finding in report.findings}


def test_a_group_is_counted_as_one_label(desk):
    text = "region,f,m / north,21,20 / south or east,45,13"

    assert judged(desk, text, groups=SMALL) == ("pass", set())


def test_a_number_of_one_of_its_members_is_not_the_groups(desk):
    text = "region,f,m / north,21,20 / south or east,30,13"

    verdict, rules = judged(desk, text, groups=SMALL)

    assert verdict != "pass"
    assert "source" in " ".join(rules)


@pytest.mark.parametrize("name", ["south or east 4821093", "3 of them", "x" * 300])
def test_a_name_that_could_carry_numbers_is_for_a_person(desk, name):
    text = f"region,f,m / north,21,20 / {name},45,13"

    assert judged(desk, text, groups={"region": {name: ["south", "east"]}}) == (
        "review", {"heading"},
    )  # fmt: skip


def test_across_the_heading_a_name_explains_no_number_either(desk):
    name = "m or f 4821093"

    verdict, rules = judged(
        desk, f"region,{name} / north,41 / south,36", groups={"sex": {name: ["m", "f"]}}
    )

    assert (verdict, rules) == ("review", {"heading"})


@pytest.mark.parametrize(
    "groups",
    [
        {"north": ["south", "east"]},
        {"Total": ["south", "east"]},
        {" other": ["south", "east"]},
        {"one": ["south"], "two": ["south", "east"]},
        {"other": ["south", "nowhere"]},
        {"other": ["south", ""]},
        {"other": ["south", "south"]},
        {"other": ["south"]},
        {"other": [str(at) for at in range(2_000)]},
    ],
    ids=[
        "a label",
        "a total",
        "another spelling",
        "in two",
        "of nobody",
        "missing",
        "one",
        "another name",
        "too many",
    ],
)
def test_groups_that_could_be_read_in_two_ways_are_refused(groups):
    with pytest.raises(BadSpec, match="region"):
        checked("region", groups, {"north", "south", "east", None})


@pytest.mark.parametrize(
    "groups",
    [{"age": {"a": ["b"]}}, {"region": ["a"]}, {"region": {"a": []}}, {"region": {"a": [1]}}],
)
def test_a_spec_whose_groups_are_none_is_refused(groups):
    with pytest.raises(BadSpec, match="groups"):
        parse({"rows": ["region"], "groups": groups})


def test_bands_are_not_grouped():
    with pytest.raises(BadSpec, match="groups"):
        parse({"rows": ["band"], "bands": {"band": "age"}, "groups": {"band": {"a": ["b"]}}})


def test_a_group_less_one_of_its_members_is_a_difference(desk):
    before = desk.released(
        desk.table(
            "before", "region,n / north,41 / south or east,58", rows=["region"], groups=SMALL
        )
    )
    new = desk.table("new", "region,n / south,36", rows=["region"])

    found = desk.differences(new, earlier=before, threshold=25)

    assert [verdict for _, verdict, _ in found["new"]] == ["fail"]
