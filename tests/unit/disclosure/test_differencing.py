"""What two safe tables say together, and what was released before."""

from statistics import stdev, variance

import pytest

from output_checker.disclosure.differencing import record_sets, together
from output_checker.disclosure.suppression.equations import Room, TooHard
from tests.unit.disclosure.two_tables import Desk, people

MEN = {"where": {"sex": "m"}}
ROWS = [[f"p{at}", "north" if at < 40 else "south", str(10 + at)] for at in range(80)]


@pytest.fixture(autouse=True, params=[1, 8], ids=["by kind", "by record"])
def least_of_kind(request, monkeypatch):
    """Records that no table tells apart are taken together, and are not."""
    monkeypatch.setattr(record_sets, "LEAST_OF_KIND", request.param)


@pytest.fixture
def desk(tmp_path):
    rows = people(north_m=20, north_f=15, south_m=22, south_f=3)
    return Desk(tmp_path, "region sex", rows)


@pytest.fixture
def everybody(desk):
    return desk.table("all", "region,n / north,35 / south,25", rows=["region"])


@pytest.fixture
def men(desk):
    return desk.table("men", "region,n / north,20 / south,22", rows=["region"], **MEN)


def test_a_part_and_its_whole_in_one_request_give_the_rest_away(desk, everybody, men):
    found = desk.differences(everybody, men)

    assert found == {
        "all": [("south", "fail", "'south' here minus 'south' of 'men.csv' is about 3 units")],
        "men": [("south", "fail", "'south' of 'all.csv' minus 'south' here is about 3 units")],
    }


def test_a_table_is_held_against_one_that_was_released_before(desk, everybody, men):
    found = desk.differences(men, earlier=desk.released(everybody))

    assert [cell for cell, *_ in found["men"]] == ["south"]


def test_the_cell_is_marked_on_the_review_page(desk, everybody, men):
    report = desk.judge(everybody, men)

    assert [file.previews[0].flagged for file in report.files] == [((1, 1),), ((1, 1),)]
    assert [file.verdict.value for file in report.files] == ["fail", "fail"]


def test_the_same_table_again_gives_nothing_away(desk, everybody):
    assert desk.differences(everybody, earlier=desk.released(everybody)) == {"all": []}


def test_totals_give_back_what_an_earlier_table_hides(desk):
    hiding = desk.table("one", "region,m,f / north,20,15 / south,22,*",
                        rows=["region"], columns=["sex"])  # fmt: skip
    totals = desk.table("two", "region,n / north,35 / south,25", rows=["region"])

    found = desk.differences(totals, earlier=desk.released(hiding))

    assert found["two"] == [
        ("south", "fail", "'south' here minus 'south, m' of 'one.csv' is about 3 units")
    ]


def test_a_cell_that_is_hidden_is_no_number_to_subtract(desk, everybody):
    men = desk.table("men", "region,n / north,20 / south,*", rows=["region"], **MEN)

    assert desk.differences(everybody, men) == {"all": [], "men": []}


def test_an_excluded_few_are_found_though_no_cell_lies_within_another(tmp_path):
    rows = people(a_x_in=20, a_y_in=20, b_x_in=20, b_y_in=20, a_x_out=2, b_y_out=2)
    desk = Desk(tmp_path, "area zone kept", rows)
    areas = desk.table("areas", "area,n / a,42 / b,42", rows=["area"])
    zones = desk.table("zones", "zone,n / x,42 / y,42", rows=["zone"])
    kept = desk.table("kept", "zone,n / x,40 / y,40", rows=["zone"], where={"kept": "in"})

    assert desk.differences(areas, zones) == {"areas": [], "zones": []}
    assert desk.differences(areas, kept)["areas"] == [
        ("a", "fail", "2 numbers here minus 2 numbers of 'kept.csv' is about 4 units")
    ]


def test_what_reaches_beyond_the_other_table_is_not_subtracted(tmp_path):
    rows = people(a_x=20, a_y=20, b_x=20, b_y=20, c_x=30, a_z=3)
    desk = Desk(tmp_path, "area zone", rows)
    areas = desk.table("areas", "area,n / a,43 / b,40", rows=["area"],
                       where={"area": ["a", "b"]})  # fmt: skip
    zones = desk.table("zones", "zone,n / x,70 / y,40", rows=["zone"],
                       where={"zone": ["x", "y"]})  # fmt: skip

    assert desk.differences(areas, zones) == {"areas": [], "zones": []}


def test_moved_edges_of_bands_tell_of_those_between(tmp_path):
    ages = [20] * 30 + [29] * 4 + [30] * 30 + [45] * 30
    desk = Desk(tmp_path, "age", [[str(age)] for age in ages])
    bands = {"rows": ["band"], "bands": {"band": "age"}}
    one = desk.table("one", "band,n / 18-28,30 / 29-49,64", **bands)
    two = desk.table("two", "band,n / 18-29,34 / 30-49,60", **bands)

    found = desk.differences(one, two)

    assert {cell for cell, *_ in found["one"]} == {"18-28", "29-49"}


def test_a_nested_geography_tells_of_who_lives_outside_its_parts(tmp_path):
    rows = people(east_port=20, east_hill=20, east_moor=5, west_dale=30)
    desk = Desk(tmp_path, "region ward", rows)
    regions = desk.table("regions", "region,n / east,45 / west,30", rows=["region"])
    wards = desk.table("wards", "ward,n / port,20 / hill,20 / moor,* / dale,30", rows=["ward"])

    found = desk.differences(regions, earlier=desk.released(wards))

    assert found["regions"] == [
        ("east", "fail", "'east' here minus 2 numbers of 'wards.csv' is about 5 units")
    ]


def test_people_are_counted_and_not_rows_where_the_dataset_names_them(tmp_path):
    rows = [
        [f"p{person}", "few" if person < 2 else "many"] for person in range(40) for _ in range(10)
    ]
    desk = Desk(tmp_path, "person kind", rows, entity="person")
    kinds = desk.table("kinds", "kind,n / few,* / many,380 / Total,400", rows=["kind"],
                       margins=True)  # fmt: skip
    many = desk.table("many", "kind,n / many,380", rows=["kind"], where={"kind": "many"})

    assert desk.differences(many, earlier=desk.released(kinds))["many"] == [
        ("many", "fail", "'all' of 'kinds.csv' minus 'many' here is about 2 units")
    ]


@pytest.mark.parametrize(("base", "is_found"), [("5", False), ("2", True), ("", True)])
def test_rounding_must_leave_as_much_room_as_the_threshold(tmp_path, base, is_found):
    desk = Desk(tmp_path, "region sex", people(north_m=20, north_f=10, south_m=20, south_f=6))
    rounding = {"rounding": base} if base else {}
    south = {"5": 25, "2": 26, "": 26}[base]
    one = desk.table("one", f"region,n / north,30 / south,{south}", rows=["region"], **rounding)
    two = desk.table("two", "region,n / north,20 / south,20", rows=["region"], **MEN, **rounding)

    assert bool(desk.differences(one, two)["one"]) == is_found


def test_to_say_that_counts_are_rounded_does_not_make_them_so(desk):
    one = desk.table("one", "region,n / north,35 / south,25", rows=["region"], rounding="5")
    two = desk.table("two", "region,n / north,20 / south,22", rows=["region"], rounding="5", **MEN)

    assert [cell for cell, *_ in desk.differences(one, two)["two"]] == ["south"]


def test_another_version_of_the_data_is_for_a_person(desk, everybody, men):
    before = desk.released(everybody)
    desk.source(version="2")

    found = desk.differences(men, earlier=before)

    assert [verdict for _, verdict, _ in found["men"]] == ["review"]
    assert "another version" in found["men"][0][2]


def test_what_is_of_another_dataset_is_not_compared(desk, everybody, men):
    before = desk.released(everybody)
    desk.source(name="t")

    assert desk.differences(men, earlier=before) == {"men": []}


def test_a_sum_of_ones_is_a_count_of_those_who_have_one(tmp_path):
    rows = [*people(north_1_young=20, north_1_old=3, north_0_young=20, north_0_old=20)]
    desk = Desk(tmp_path, "region ill age", rows)
    ill = desk.table("ill", "region,sum / north,23", rows=["region"], values="ill",
                     aggregate="sum")  # fmt: skip
    young = desk.table("young", "region,n / north,20", rows=["region"],
                       where={"ill": 1, "age": "young"})  # fmt: skip

    assert [cell for cell, *_ in desk.differences(young, earlier=desk.released(ill))["young"]] == [
        "north"
    ]


def test_a_count_beside_the_count_of_those_with_a_value_tells_how_many_have_none(tmp_path):
    rows = [["north", str(at)] for at in range(30)] + [["north", ""]] * 3
    desk = Desk(tmp_path, "region pay", rows)
    mean = desk.table("both", f"region,n,count_pay,mean_pay / north,33,30,{sum(range(30)) / 30}",
                      rows=["region"], values="pay", aggregate="mean")  # fmt: skip

    found = desk.differences(mean)["both"]
    assert {(verdict, words.rsplit(" is ")[-1]) for _, verdict, words in found} == {
        ("fail", "about 3 units")
    }


class TestVersions:
    """A dataset that people have left, or joined, since a table was released."""

    NORTH = "region,n / north,40 / south,40"

    @pytest.fixture
    def desk(self, tmp_path):
        return Desk(tmp_path, "person region pay", ROWS, entity="person")

    def counts(self, desk, north, south):
        return desk.table("new", f"region,n / north,{north} / south,{south}", rows=["region"])

    def test_a_table_made_again_after_a_few_have_left_tells_of_them(self, desk):
        before = desk.released(desk.table("old", self.NORTH, rows=["region"]))
        desk.renewed("person region pay", ROWS[3:-20], entity="person")

        found = desk.differences(self.counts(desk, 37, 20), earlier=before)

        assert found["new"] == [
            ("north", "fail", "'north' of 'old.csv' minus 'north' here is about 3 units")
        ]

    def test_so_it_does_after_a_few_have_joined(self, desk):
        before = desk.released(desk.table("old", self.NORTH, rows=["region"]))
        rows = [*ROWS, *([f"q{at}", "south", "9"] for at in range(4))]
        desk.renewed("person region pay", rows[::-1], entity="person")

        found = desk.differences(self.counts(desk, 40, 44), earlier=before)

        assert [cell for cell, *_ in found["new"]] == ["south"]

    def test_amounts_may_have_changed_as_well_so_a_person_decides(self, desk):
        def sums(rows):
            of = {place: sum(int(pay) for _, at, pay in rows if at == place)
                  for place in ("north", "south")}  # fmt: skip
            text = f"region,sum / north,{of['north']} / south,{of['south']}"
            return desk.table("sums", text, rows=["region"], values="pay", aggregate="sum")

        before = desk.released(sums(ROWS))
        desk.renewed("person region pay", ROWS[3:], entity="person")

        found = desk.differences(sums(ROWS[3:]), earlier=before)

        assert [(cell, verdict) for cell, verdict, _ in found["sums"]] == [("north", "review")]

    @pytest.mark.parametrize(
        ("rows", "about"),
        [
            (ROWS, {}),
            ([*ROWS, ROWS[0]], {"entity": "person"}),
            ([*ROWS, ["", "north", "1"]], {"entity": "person"}),
        ],
    )
    def test_where_nobody_can_be_told_from_another_a_person_decides(self, tmp_path, rows, about):
        desk = Desk(tmp_path, "person region pay", rows, **about)
        old = desk.table("old", f"region,n / north,{len(rows) - 40} / south,40", rows=["region"])
        before = desk.released(old)
        desk.renewed("person region pay", ROWS[3:], **about)

        found = desk.differences(self.counts(desk, 37, 40), earlier=before)

        assert [(verdict, "another version" in words) for _, verdict, words in found["new"]] == [
            ("review", True)
        ]


class TestManyTables:
    """No two of them give anybody away."""

    @pytest.fixture
    def desk(self, tmp_path):
        return Desk(tmp_path, "kind whole", people(a_x=4, b_x=30, c_x=31))

    @pytest.fixture
    def pairs(self, desk):
        sizes = {"a": 4, "b": 30, "c": 31}
        return [
            desk.table(one + other, f"whole,n / x,{sizes[one] + sizes[other]}", rows=["whole"],
                       where={"kind": [one, other]})
            for one, other in ("ab", "bc", "ac")
        ]  # fmt: skip

    def test_three_tables_can_tell_what_no_two_do(self, desk, pairs):
        first, second, third = pairs

        assert desk.differences(first, earlier=desk.released(second)) == {"ab": []}
        assert desk.differences(first, earlier=desk.released(second, third)) == {
            "ab": [("x", "fail", "3 tables together tell of 4 units")]
        }

    def test_what_earlier_tables_told_already_is_not_laid_at_the_new_ones_door(self, desk, pairs):
        again = desk.table("again", "whole,n / x,61", rows=["whole"], where={"kind": ["b", "c"]})

        assert desk.differences(again, earlier=desk.released(*pairs)) == {"again": []}

    def test_it_is_said_where_not_all_are_taken_at_once(self, desk, pairs, monkeypatch):
        monkeypatch.setattr(together, "MOST_TABLES", 1)
        first, *others = pairs

        assert desk.differences(first, earlier=desk.released(*others)) == {
            "ab": [("", "pass", "held against 2 tables one by one, and against 1 of them together")]
        }

    @pytest.mark.parametrize(
        ("rooms", "words"),
        [
            (Room(low=0, high=5), "2 tables together leave little room for a number of 3 units"),
            (None, "what 2 tables together tell of 3 units could not be worked out"),
        ],
    )
    def test_little_room_and_what_is_not_worked_out_are_for_a_person(
        self, tmp_path, monkeypatch, rooms, words
    ):
        def bounds(_block, asked, **_):
            if rooms is None:
                raise TooHard
            return dict.fromkeys(asked, rooms)

        monkeypatch.setattr(together, "bounds", bounds)
        desk = Desk(tmp_path, "one two", people(a_x=3, a_y=20, b_x=20, b_y=20))
        ones = desk.table("ones", "one,n / a,23 / b,40", rows=["one"])
        twos = desk.table("twos", "two,n / x,23 / y,40", rows=["two"])

        assert desk.differences(ones, earlier=desk.released(twos))["ones"] == [
            ("a", "review", words)
        ]

    def test_counts_around_a_small_one_leave_it_room(self, tmp_path):
        desk = Desk(tmp_path, "one two", people(a_x=3, a_y=20, b_x=20, b_y=20))
        ones = desk.table("ones", "one,n / a,23 / b,40", rows=["one"])
        twos = desk.table("twos", "two,n / x,23 / y,40", rows=["two"])

        assert desk.differences(ones, twos) == {"ones": [], "twos": []}


class TestAmounts:
    """Sums and means: what is left must be a sum that may be shown."""

    @pytest.fixture
    def desk(self, tmp_path):
        amounts = [("a", "in", 10 + at) for at in range(30)]
        amounts += [("a", "out", 5_000)] + [("a", "out", 10 + at) for at in range(14)]
        amounts += [("b", "in", 20 + at) for at in range(30)]
        amounts += [("b", "out", 30 + at) for at in range(15)]
        self.amounts = amounts
        return Desk(tmp_path, "group place pay", [[*map(str, one)] for one in amounts])

    def total(self, group, place=None):
        return sum(v for g, p, v in self.amounts if g == group and place in (None, p))

    def size(self, group, place=None):
        return sum(1 for g, p, _ in self.amounts if g == group and place in (None, p))

    def test_a_sum_that_one_person_dominates_may_not_be_left(self, desk):
        spec = {"rows": ["group"], "values": "pay", "aggregate": "sum"}
        every = desk.table("all", f"group,sum / a,* / b,{self.total('b')}", **spec)
        shown = desk.table("shown", f"group,sum / a,{self.total('a')} / b,{self.total('b')}",
                           **spec)  # fmt: skip
        inside = desk.table(
            "in", f"group,sum / a,{self.total('a', 'in')} / b,{self.total('b', 'in')}",
            where={"place": "in"}, **spec,
        )  # fmt: skip

        assert desk.differences(every, inside)["in"] == []
        assert [(cell, verdict) for cell, verdict, _ in desk.differences(shown, inside)["in"]] == [
            ("a", "fail")
        ]

    @pytest.mark.parametrize(("with_counts", "verdict"), [(True, "fail"), (False, "review")])
    def test_means_are_subtracted_where_the_counts_are_shown(self, desk, with_counts, verdict):
        def table(name, place=None, **where):
            cells = [
                f"{group},{self.total(group, place) / self.size(group, place):.6f}"
                + (f",{self.size(group, place)}" if with_counts else "")
                for group in "ab"
            ]
            head = "group,mean,n" if with_counts else "group,mean"
            return desk.table(name, " / ".join([head, *cells]), rows=["group"], values="pay",
                              aggregate="mean", **where)  # fmt: skip

        found = desk.differences(table("all"), table("in", "in", where={"place": "in"}))

        assert ("a", verdict) in [(cell, said) for cell, said, _ in found["in"]]

    @pytest.mark.parametrize(("first", "second"), [("std", "std"), ("std", "var"), ("sem", "std")])
    def test_spreads_of_nearly_the_same_people_are_for_a_person(self, tmp_path, first, second):
        pays = [10 + at * at % 17 for at in range(40)]
        rows = [["a", str(pay), "few" if at < 3 else "most"] for at, pay in enumerate(pays)]
        desk = Desk(tmp_path, "group pay kind", rows)
        give = {"std": stdev, "var": variance, "sem": lambda x: stdev(x) / len(x) ** 0.5}
        one = desk.table("one", f"group,{first} / a,{give[first](pays)}", rows=["group"],
                         values="pay", aggregate=first)  # fmt: skip
        other = desk.table("other", f"group,{second} / a,{give[second](pays[3:])}",
                           rows=["group"], values="pay", aggregate=second,
                           where={"kind": "most"})  # fmt: skip

        found = desk.differences(other, earlier=desk.released(one))

        assert [verdict for _, verdict, _ in found["other"]] == ["review"]

    def test_a_sum_and_a_count_are_not_subtracted_from_each_other(self, desk):
        spec = {"rows": ["group"], "values": "pay", "aggregate": "sum"}
        sums = desk.table("sums", f"group,sum / a,{self.total('a')} / b,{self.total('b')}", **spec)
        counts = desk.table("counts", "group,n / a,30 / b,30", rows=["group"],
                            where={"place": "in"})  # fmt: skip

        assert desk.differences(sums, counts) == {"sums": [], "counts": []}
