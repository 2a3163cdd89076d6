import random

import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.leaks import chance, mapping
from output_checker.disclosure.leaks.rows import find as find_rows
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

# Each searches a source of thousands of people.
pytestmark = pytest.mark.slow

POLICY = Policy(name="ten")
LEAKS = {"verbatim-rows", "verbatim-values", "partial-rows"}


def people(count, seed=7):
    draw = random.Random(seed)
    rows = [
        {
            "region": draw.choice("ABCDEFGH"),
            "sex": draw.choice("fm"),
            "age": str(draw.randint(16, 90)),
            "income": f"{draw.lognormvariate(10, 0.5):.2f}",
            "visits": str(draw.randint(0, 400)),
            "weight": f"{draw.gauss(75, 12):.1f}",
        }
        for _ in range(count)
    ]
    for row in rows:
        visits = int(row["visits"])
        row["district"] = f"{row['region']}{visits % 8}"
        row["half"] = str(visits % 16)
        row["start"] = str(int(row["age"]) - draw.randint(0, 3))
    return rows


PEOPLE = people(3_000)


def as_csv(rows, columns=None, names=None):
    columns = columns or list(rows[0])
    lines = [",".join(names or columns), *(",".join(row[c] for c in columns) for row in rows)]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "people.csv"
    path.write_text(as_csv(PEOPLE))
    return Source(name="people", path=path)


@pytest.fixture
def judge(tmp_path, source):
    def run(text, spec=None):
        path = tmp_path / "output.csv"
        path.write_text(text)
        return check_files(
            [path], sources=[source], specs={"output.csv": spec} if spec else {}, policy=POLICY
        ).files[0]

    return run


def rules(report):
    return {finding.rule for finding in report.findings}


def test_an_extract_of_rows_fails_and_its_rows_are_counted(judge):
    strangers = people(5, seed=8)

    report = judge(as_csv(PEOPLE[100:120] + strangers))

    finding = next(one for one in report.findings if one.rule == "verbatim-rows")
    assert report.verdict is Verdict.FAIL
    assert finding.where == "rows 1-20"
    assert finding.reason.startswith("20 of 25 rows")


def test_renamed_and_reordered_columns_are_still_an_extract(judge):
    columns = ["weight", "income", "age", "region"]

    report = judge(as_csv(PEOPLE[:40], columns, ["w", "x", "y", "z"]))

    assert "verbatim-rows" in rules(report)


def test_two_telling_rows_are_enough(judge):
    report = judge(as_csv(PEOPLE[:2], ["income", "weight", "visits", "age"]))

    assert "verbatim-rows" in rules(report)


def test_one_very_telling_row_is_enough(judge):
    report = judge(as_csv(PEOPLE[:1], ["income", "visits", "weight", "age"]))

    assert "verbatim-rows" in rules(report)


def test_one_very_telling_row_with_two_changed_cells_is_enough(judge):
    heaviest = max(PEOPLE, key=lambda row: float(row["weight"]))
    sex, region = (
        {"f": "m", "m": "f"}[heaviest["sex"]],
        "ABCDEFGHA"["ABCDEFGH".index(heaviest["region"]) + 1],
    )
    changed = [{**heaviest, "sex": sex, "region": region}]

    report = judge(as_csv(changed, ["income", "visits", "weight", "age", "sex", "region"]))

    assert "partial-rows" in rules(report)


def test_combinations_that_everyone_has_are_no_extract(judge):
    draw = random.Random(4)
    rows = [{"region": draw.choice("ABCDEFGH"), "sex": draw.choice("fm")} for _ in range(300)]

    assert rules(judge(as_csv(rows))) == {"no-spec"}


def test_a_list_of_areas_is_no_extract(judge):
    areas = sorted({(row["half"], row["district"]) for row in PEOPLE})
    rows = [{"half": half, "district": district} for half, district in areas]

    assert rules(judge(as_csv(rows))) == {"no-spec"}


def test_a_list_of_small_areas_with_the_larger_ones_they_lie_in_is_no_extract(tmp_path):
    wards = [
        {
            "ward": f"W{at}",
            "code": f"E{at * 7}",
            "district": f"D{at // 9}",
            "region": f"R{at // 99}",
        }
        for at in range(600)
    ]
    source, output = tmp_path / "source.csv", tmp_path / "output.csv"
    source.write_text(as_csv(wards * 5))
    output.write_text(as_csv([{**ward, "rate": "0.123"} for ward in wards[::6]]))

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={}, policy=POLICY
    ).files[0]

    assert rules(report) == {"no-spec"}


def test_one_column_of_noise_does_not_hide_the_others(judge):
    noisy = [{**row, "age": str(int(row["age"]) + 200)} for row in PEOPLE[:60]]

    report = judge(as_csv(noisy))

    assert "verbatim-rows" in rules(report)


def test_numbers_printed_with_fewer_digits_are_still_an_extract(judge):
    rounded = [{**row, "income": f"{float(row['income']):.0f}"} for row in PEOPLE[:60]]

    report = judge(as_csv(rounded))

    assert "verbatim-rows" in rules(report)


def leaked(source, rows, columns):
    table = Table(header=tuple(columns), rows=tuple(tuple(row[c] for c in columns) for row in rows))
    with opened(source) as data:
        links = mapping.link_columns(data, table)
        telling = mapping.independent(data, links)
        return links, [*find_rows(data, table, telling, POLICY)]


@pytest.mark.parametrize(
    ("change", "decimals", "scale"),
    [
        (lambda income: f"{round(income, -2):.2f}", -2, 1),
        (lambda income: f"{income / 1000:.2f}", 2, 1_000),
        (lambda income: f"{income / 1_000_000:.5f}", 5, 1_000_000),
    ],
    ids=["round to 100", "in thousands", "in millions"],
)
def test_rounded_rows_and_other_units_are_still_an_extract(source, change, decimals, scale):
    rows = [row | {"income": change(float(row["income"]))} for row in PEOPLE[:40]]

    links, (finding,) = leaked(source, rows, ["age", "income", "visits"])

    assert (links[1].decimals, links[1].scale) == (decimals, scale)
    assert finding.verdict is Verdict.FAIL


def test_rounded_rows_of_other_people_are_no_extract(source):
    others = [row | {"income": f"{float(row['income']) / 1000:.1f}"} for row in people(60, seed=8)]

    links, findings = leaked(source, others, ["sex", "income", "visits"])

    assert (len(links), findings) == (3, [])


@pytest.mark.parametrize(
    ("texts", "decimals"),
    [
        (["12000", "7000.0", "0"], -3),
        (["0", "12000"], -3),
        (["12.50", "3"], 1),
        (["0", "0.0"], -6),
        (["12", "x"], None),
        (["", "nan"], None),
    ],
)
def test_zeros_at_the_end_of_all_numbers_say_how_they_are_rounded(texts, decimals):
    assert mapping.printed_decimals(texts) == decimals


def test_a_column_of_single_values_fails_without_any_label(judge):
    report = judge(as_csv(PEOPLE[:50], ["income"], ["x"]))

    assert rules(report) >= {"verbatim-values"}


def test_a_random_table_of_common_columns_is_no_extract(judge):
    draw = random.Random(3)
    rows = [
        {
            "region": draw.choice("ABCDEFGH"),
            "sex": draw.choice("fm"),
            "age": str(draw.randint(16, 90)),
        }
        for _ in range(200)
    ]

    report = judge(as_csv(rows))

    assert rules(report) == {"no-spec"}


@pytest.mark.parametrize(
    ("count", "seed"), [(300, 9), (300, 22), (1500, 22), (1500, 25), (3000, 20)]
)
def test_independent_people_of_the_same_kind_are_no_extract(judge, count, seed):
    report = judge(as_csv(people(count, seed=seed)))

    assert not rules(report) & LEAKS


def test_many_rows_of_a_few_common_columns_are_known_by_how_well_they_all_fit(judge):
    columns = ["region", "sex", "age", "visits"]

    extract = judge(as_csv(PEOPLE[:400], columns))
    shuffled = judge(as_csv(people(400, seed=10), columns))

    assert "verbatim-rows" in rules(extract)
    assert not rules(shuffled) & LEAKS


def test_the_labels_of_a_table_are_no_extract(judge):
    pairs = sorted({(row["region"], row["sex"]) for row in PEOPLE})
    rows = [{"region": region, "sex": sex, "rate": "0.123"} for region, sex in pairs]

    report = judge(as_csv(rows))

    assert rules(report) == {"no-spec"}


def test_rows_beside_a_statistic_that_the_source_gives_are_found(judge, tmp_path, source):
    # A table of the right shape does not open the door for other columns.
    counts = {region: sum(row["region"] == region for row in PEOPLE) for region in "ABCDEFGH"}
    firsts = [next(row for row in PEOPLE if row["region"] == region) for region in "ABCDEFGH"]
    table = [{**row, "n": str(counts[row["region"]])} for row in firsts]

    report = judge(as_csv(table, ["region", "n", "income", "weight", "visits"]))

    specified = judge(as_csv(table, ["region", "n", "income"]), TableSpec(rows=("region",)))

    assert rules(report) & LEAKS
    assert rules(specified) & LEAKS


def test_cells_that_were_changed_here_and_there_do_not_hide_a_row(judge):
    draw = random.Random(5)
    columns = ["region", "age", "income", "visits", "weight"]
    mixed = [
        {**row, draw.choice(columns): PEOPLE[-at]["age"]} for at, row in enumerate(PEOPLE[:60])
    ]

    report = judge(as_csv(mixed, columns))

    assert rules(report) & {"partial-rows", "verbatim-rows"}


def test_no_finding_quotes_a_value_of_the_source(judge):
    report = judge(as_csv(PEOPLE[:40]))

    said = " ".join(f"{one.where} {one.reason} {one.mend}" for one in report.findings)
    assert not [row for row in PEOPLE[:40] if row["income"] in said or row["weight"] in said]


def test_the_same_file_gets_the_same_answer_twice(judge):
    text = as_csv(PEOPLE[:400], ["region", "sex", "age", "visits"])

    assert judge(text).as_json() == judge(text).as_json()


@pytest.mark.parametrize(
    ("hits", "trials", "rate", "least", "most"),
    [(100, 100, 0.5, 99, 101), (50, 100, 0.5, 0, 0), (0, 0, 0.5, 0, 0), (98, 100, 0.97, 0, 1)],
)
def test_surprise_is_counted_in_bits(hits, trials, rate, least, most):
    assert least <= chance.tail_bits(hits, trials, rate) <= most


def test_choosing_rows_costs_what_naming_them_takes():
    assert chance.log2_choose(10, 10) == pytest.approx(0)
    assert chance.log2_choose(4, 2) == pytest.approx(2.585, abs=0.001)


def test_a_panel_in_which_every_combination_occurs_is_not_taken_for_a_list_of_people(tmp_path):
    panel = [{"firm": str(at % 150), "year": str(2010 + at // 150)} for at in range(900)]
    source, output = tmp_path / "source.csv", tmp_path / "output.csv"
    source.write_text(as_csv(panel))
    output.write_text("year,A,B\n" + "".join(f"{2010 + at},15,71\n" for at in range(6)))

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={}, policy=POLICY
    ).files[0]

    assert rules(report) == {"no-spec"}


def test_columns_that_another_one_determines_are_not_weighed_again(source):
    header = ("visits", "half", "age", "sex")
    table = Table(header=header, rows=tuple(tuple(row[c] for c in header) for row in PEOPLE[:50]))

    with opened(source) as data:
        links = mapping.independent(data, mapping.link_columns(data, table))

    assert [link.source.column for link in links] == ["visits", "age", "sex"]


def test_values_that_a_whole_group_shares_are_nobodys_row(tmp_path):
    alike = [{**PEOPLE[0], "sex": "f", "region": "A"}] * 15
    source, output = tmp_path / "source.csv", tmp_path / "output.csv"
    source.write_text(as_csv(PEOPLE[1:] + alike))
    output.write_text(as_csv([{**alike[0], "sex": "m", "region": "B"}]))

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={}, policy=POLICY
    ).files[0]

    assert rules(report) == {"no-spec"}
