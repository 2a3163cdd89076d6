"""Tables that say something beside their numbers, or two things with one column."""

from statistics import mean, stdev

import pytest

from tests.unit.disclosure.two_tables import Desk, people


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, "region sex", people(north_m=20, south_m=30, east_m=4, west_m=3))


def verdict_of(desk, text, **spec):
    [file] = desk.judge(desk.table("t", text, rows=["region"], **spec)).files
    return file.verdict.value, {one.rule for one in file.findings}


@pytest.mark.parametrize(
    ("east", "west", "verdict", "rules"),
    [
        ("*", "*", "pass", set()),
        ("*", "[c]", "review", {"marks"}),
        ("<10", "<10", "pass", set()),
        ("<14", "<14", "review", {"threshold"}),
        ("****", "****", "fail", {"source-match", "threshold"}),
        ("[d]", "[d]", "fail", {"source-match", "threshold"}),
    ],
)
def test_hidden_cells_have_one_mark_that_says_nothing(desk, east, west, verdict, rules):
    text = f"region,n / north,20 / south,30 / east,{east} / west,{west}"

    assert verdict_of(desk, text) == (verdict, rules)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("region,sum / north,20 / south,60", "fail"),
        ("region,sum / north,20 / south,*", "pass"),
        ("region,median / north,1 / south,2", "review"),
        ("region,n / north,20 / south,30", "pass"),
        ("region,std / north,0.51 / south,*", "pass"),
    ],
)
def test_an_infinite_value_is_the_fault_of_its_own_cell_alone(tmp_path, text, verdict):
    rows = [["north", "1.5" if at % 2 else "0.5"] for at in range(20)]
    rows += [["south", "inf" if at == 5 else "2"] for at in range(30)]
    desk = Desk(tmp_path, "region pay", rows)
    name = text.split()[0].partition(",")[2]
    about = {} if name == "n" else {"values": "pay", "aggregate": name}

    assert verdict_of(desk, text, **about)[0] == verdict


@pytest.mark.parametrize(
    ("north", "south", "verdict"),
    [(100, 150, "pass"), (20, 30, "pass"), (20, 150, "review"), (100, 30, "review")],
)
def test_a_column_counts_people_or_rows_and_not_one_here_and_the_other_there(
    tmp_path, north, south, verdict
):
    rows = [[f"n{at}", "north"] for at in range(20)] + [[f"s{at}", "south"] for at in range(30)]
    desk = Desk(tmp_path, "person region", rows * 5, entity="person")

    found, _ = verdict_of(desk, f"region,n / north,{north} / south,{south}")

    assert found == verdict


@pytest.mark.parametrize(
    ("m", "f", "verdict"),
    [("0.5", "0.25", "pass"), ("50%", "25%", "pass"), ("50", "0.25", "review")],
)
def test_a_column_has_shares_or_percentages_and_not_both(tmp_path, m, f, verdict):
    rows = people(north_m=40, north_f=20, north_x=20)
    desk = Desk(tmp_path, "region sex", rows)
    table = desk.table("t", f"sex,share / m,{m} / f,{f} / x,{f}", rows=["sex"], aggregate="share")

    assert desk.judge(table).verdict.value == verdict


@pytest.mark.parametrize(
    ("columns", "verdict"),
    [("sum,mean", "fail"), ("sum", "review"), ("mean", "pass"), ("std,sem", "fail")],
)
def test_a_hidden_count_that_two_columns_give_is_as_good_as_shown(tmp_path, columns, verdict):
    sizes = {"east": 30, "north": 40, "south": 35, "west": 4}
    pays = [(place, 10 + at % 7 + at) for place, size in sizes.items() for at in range(size)]
    desk = Desk(tmp_path, "region pay", [[place, str(pay)] for place, pay in pays])
    of = {name: [pay for place, pay in pays if place == name] for name, _ in pays}
    give = {"sum": sum, "mean": mean, "std": stdev, "sem": lambda x: stdev(x) / len(x) ** 0.5}

    def line(name, count):
        numbers = ["*" if name == "west" else repr(float(give[one](of[name])))
                   for one in columns.split(",")]  # fmt: skip
        return ",".join([name, count, *numbers])

    lines = [line("east", "30"), line("north", "40"), line("south", "*"), line("west", "*")]
    blanks = ",".join("*" for _ in columns.split(","))
    text = " / ".join([f"region,n,{columns}", *lines, f"All,109,{blanks}"])
    table = desk.table("t", text, rows=["region"], values="pay", margins=True,
                       aggregate=columns.split(",")[0])  # fmt: skip

    assert desk.judge(table).verdict.value == verdict


@pytest.mark.parametrize(
    ("numbers", "said", "verdict"),
    [
        ((50, 30, 90), {"rounding": "10"}, "pass"),
        ((50, 30, 90), None, "pass"),
        ((50, 30, 90), {}, "fail"),
        # Said to be rounded, and one of the numbers is not.
        ((52, 30, 90), {"rounding": "10"}, "fail"),
        ((52, 33, 91), {"rounding": "10"}, "fail"),
        # Rounded, and not far enough.
        ((51, 33, 90), {"rounding": "3"}, "fail"),
    ],
)
def test_a_total_of_numbers_said_and_seen_to_be_rounded_gives_no_hidden_one_back(
    tmp_path, numbers, said, verdict
):
    desk = Desk(tmp_path, "region sex", people(north_m=52, south_m=33, east_m=6))
    north, south, total = numbers
    text = f"region,n / north,{north} / south,{south} / east,* / Total,{total}"
    name, spec = desk.table("t", text, rows=["region"], **(said or {}))

    [file] = desk.judge((name, None if said is None else spec)).files

    assert file.verdict == verdict
    assert ("margin" in {one.rule for one in file.findings}) is (verdict == "fail")


@pytest.mark.parametrize(
    ("shares", "verdict"), [(("0.5556", "0.3333"), "pass"), (("0.5714", "0.3626"), "fail")]
)
def test_shares_said_to_be_of_rounded_counts_are_seen_to_be(tmp_path, shares, verdict):
    desk = Desk(tmp_path, "region sex", people(north_m=52, south_m=33, east_m=6))
    text = "region,share / north,{} / south,{} / east,* / Total,1".format(*shares)

    found, _ = verdict_of(desk, text, aggregate="share", of="all", rounding="10")

    assert found == verdict


@pytest.mark.parametrize(
    ("level", "shared", "number", "rules"),
    [
        (0, 9, "1", {"endpoint"}),
        (0.0, 10, "1", set()),
        (1.0, 10, "39", {"endpoint"}),
        (0.001, 9, "1", {"endpoint"}),
        (0.001, 10, "1", set()),
        (0.5, 10, "20", set()),
    ],
)
def test_a_quantile_that_is_the_lowest_or_highest_value_is_judged_as_one(
    tmp_path, level, shared, number, rules
):
    rows = [["north", "1"]] * shared + [["north", str(at)] for at in range(shared + 1, 40)]
    desk = Desk(tmp_path, "region pay", rows)
    text = f"region,quantile / north,{number}"

    found = verdict_of(desk, text, values="pay", aggregate="quantile", level=level)

    assert found == ("fail" if rules else "pass", rules)
