import random

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.index import printed
from output_checker.disclosure.leaks import chance, mapping
from output_checker.disclosure.leaks.rows import find as find_rows
from output_checker.disclosure.leaks.search import beside_source
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers import csv_tables
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import SyntheticSpec, TableSpec

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
        beside = beside_source(table, data)
        links = mapping.link_columns(beside)
        telling = mapping.independent(beside.index, links)
        return links, [*find_rows(beside, telling, POLICY)]


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
def test_zeros_at_the_end_of_all_numbers_say_how_they_are_rounded(source, texts, decimals):
    table = Table(header=("x",), rows=tuple((text,) for text in texts))

    with opened(source) as data:
        (column,) = printed.read(data, table, 1)

    assert column.decimals == decimals


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
        beside = beside_source(table, data)
        links = mapping.independent(beside.index, mapping.link_columns(beside))

    assert [link.source for link in links] == ["visits", "age", "sex"]


def test_values_that_a_whole_group_shares_are_nobodys_row(tmp_path):
    alike = [{**PEOPLE[0], "sex": "f", "region": "A"}] * 15
    source, output = tmp_path / "source.csv", tmp_path / "output.csv"
    source.write_text(as_csv(PEOPLE[1:] + alike))
    output.write_text(as_csv([{**alike[0], "sex": "m", "region": "B"}]))

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={}, policy=POLICY
    ).files[0]

    assert rules(report) == {"no-spec"}


SYNTHETIC = SyntheticSpec(method="drawn from a model of the margins")


def test_synthetic_rows_that_say_so_are_for_a_person_and_no_leak(judge):
    report = judge(as_csv(people(1_500, seed=12)), SYNTHETIC)

    assert report.verdict is Verdict.REVIEW
    assert rules(report) == {"synthetic"}


def test_synthetic_rows_that_do_not_say_so_are_not_called_a_leak(judge):
    assert not rules(judge(as_csv(people(80, seed=12)))) & LEAKS


def test_rows_of_the_source_among_synthetic_ones_fail(judge):
    report = judge(as_csv(people(60, seed=12) + PEOPLE[:10]), SYNTHETIC)

    assert report.verdict is Verdict.FAIL
    assert rules(report) & LEAKS


def test_more_synthetic_rows_than_anybody_sees_may_hold_nothing_but_columns_of_the_source(judge):
    noted = [
        row | {"note": f"x{at * 7919 % 10_007}"} for at, row in enumerate(people(1_200, seed=12))
    ]

    report = judge(as_csv(noted), SYNTHETIC)

    assert report.verdict is Verdict.FAIL
    assert rules(report) >= {"synthetic", "unseen-rows"}


def beside(tmp_path, values, output):
    """Rules for a column of an output beside one of a source."""
    source, path = tmp_path / "source.csv", tmp_path / "output.csv"
    source.write_text("person,value\n" + "".join(f"p{at},{v}\n" for at, v in enumerate(values)))
    path.write_text("x\n" + "".join(f"{one}\n" for one in output))
    found = check_files(
        [path], sources=[Source(name="s", path=source)], specs={}, policy=POLICY
    ).files[0]
    return rules(found)


@pytest.mark.parametrize(
    "draw",
    [
        lambda draw: repr(draw.uniform(20_000, 90_000)),
        lambda draw: repr(-draw.uniform(20_000, 90_000)),
        lambda draw: str(draw.randrange(10**17, 10**18)),
        lambda draw: str(draw.randrange(2**53, 2**54)),
    ],
    ids=["all digits of a double", "below zero", "18 digits", "beyond 53 bits"],
)
def test_numbers_with_all_digits_that_a_double_has_are_still_single_values(tmp_path, draw):
    random_numbers = random.Random(11)
    values = [draw(random_numbers) for _ in range(2_000)]

    assert "verbatim-values" in beside(tmp_path, values, values[:40])


def test_a_number_beyond_all_that_a_machine_has_stops_no_search(tmp_path):
    draw = random.Random(12)
    values = [f"{draw.uniform(20_000, 90_000):.2f}" for _ in range(2_000)]

    found = beside(tmp_path, values, [*values[:40], "1e400"])

    assert "verbatim-values" in found
    assert "not-checked" not in found


@pytest.mark.parametrize(
    "spell",
    [
        lambda text, at: "x" if at % 9 == 0 else text,
        lambda text, at: "<10" if at % 3 == 0 else text,
        lambda text, at: "inf" if at == 0 else text,
        lambda text, _: f"00{text}",
        lambda text, _: f"{text} %",
    ],
    ids=["a word", "marks", "infinity", "zeros before", "per cent"],
)
def test_a_few_words_or_signs_among_numbers_hide_none_of_them(judge, spell):
    columns = ["age", "visits", "income", "weight"]
    rows = [
        {name: spell(row[name], at + place) for place, name in enumerate(columns)}
        for at, row in enumerate(PEOPLE[:80])
    ]

    assert rules(judge(as_csv(rows, names=["a", "b", "c", "d"]))) & LEAKS


def test_columns_of_truth_are_found_as_words(tmp_path):
    source, output = tmp_path / "source.parquet", tmp_path / "output.csv"
    flags = ", ".join(f"hash(i + {at}) % 3 = 0 AS flag{at}" for at in range(1000, 13_000, 1000))
    people_of = f"SELECT {flags} FROM range(3000) AS r(i)"
    duckdb.sql(people_of).write_parquet(str(source))
    rows = duckdb.sql(f"{people_of} LIMIT 200")
    output.write_text(",".join(rows.columns) + "\n" + "".join(
        ",".join(str(one) for one in row) + "\n" for row in rows.fetchall()
    ))  # fmt: skip

    with opened(Source(name="s", path=source)) as data:
        table = csv_tables.parse(output.read_text())
        links = mapping.link_columns(beside_source(table, data))

    assert [link.source for link in links] == rows.columns


def test_rows_among_many_synthetic_ones_are_found_wherever_they_stand(judge):
    # Every other row is somebody's, and two columns of noise hide that all of it is.
    made = people(6_000, seed=12)
    for at in range(1, len(made), 2):
        made[at] = PEOPLE[at // 2] | {"visits": made[at]["visits"], "start": made[at]["start"]}

    assert rules(judge(as_csv(made), SYNTHETIC)) & LEAKS


def test_words_of_its_own_in_a_column_of_the_source_are_like_none_of_it(judge):
    made = people(3_000, seed=12)
    for row in made[::50]:
        row["region"] = f"note{row['income']}"

    report = judge(as_csv(made), SYNTHETIC)

    assert rules(report) == {"synthetic", "unseen-rows"}


def test_synthetic_days_need_not_be_those_of_the_source(tmp_path):
    draw = random.Random(5)
    days = [f"20{draw.randrange(10, 22)}-{draw.randrange(1, 13):02}-01" for _ in range(2_000)]
    source, output = tmp_path / "source.csv", tmp_path / "output.csv"
    source.write_text(
        "day,sex\n" + "".join(f"{day},{'fm'[at % 2]}\n" for at, day in enumerate(days))
    )
    output.write_text(
        "day,sex\n2009-01-01,f\n" + "".join(f"{day},m\n" for day in sorted(days)[:1_500])
    )

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={"output.csv": SYNTHETIC},
        policy=POLICY,
    ).files[0]  # fmt: skip

    assert rules(report) == {"synthetic"}


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_numbers_of_single_precision_are_found_as_either_precision_prints_them(tmp_path, kind):
    draw = random.Random(13)
    values = [np.float32(draw.lognormvariate(6, 3)) for _ in range(2_000)]
    source, output = tmp_path / "source.parquet", tmp_path / "output.csv"
    pq.write_table(pa.table({"pay": pa.array(values, pa.float32())}), source)
    output.write_text("x\n" + "".join(f"{kind(one)!s}\n" for one in values[:60]))

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={}, policy=POLICY
    ).files[0]

    assert "verbatim-values" in rules(report)


def nameless(rows, columns):
    return as_csv(rows, columns, [f"v{at}" for at in range(len(columns))])


def coded(rows):
    """Labels as the number of their first place, as programs turn them into numbers."""
    seen = {}
    return [row | {name: str(seen.setdefault(row[name], len(seen)))
                   for name in ("region", "sex", "district")} for row in rows]  # fmt: skip


ALL = ["region", "sex", "district", "age", "income", "visits", "weight"]


def test_three_rows_of_codes_and_small_numbers_are_known_by_whose_income_it_is(judge):
    report = judge(nameless(coded(PEOPLE[200:203]), ALL))

    [found] = [one for one in report.findings if one.rule == "verbatim-rows"]
    assert found.where == "rows 1-3"


def test_they_are_known_between_others_rows_too(judge):
    report = judge(nameless(coded([*people(20, seed=8), *PEOPLE[200:203]]), ALL))

    [found] = [one for one in report.findings if one.rule == "verbatim-rows"]
    assert found.where == "rows 21-23"


@pytest.mark.parametrize("seed", [8, 9, 10, 22])
def test_others_rows_of_codes_and_small_numbers_are_no_extract(judge, seed):
    assert not rules(judge(nameless(coded(people(60, seed=seed)), ALL))) & LEAKS


def test_one_column_of_the_source_is_linked_to_what_fits_it_best(source):
    header = ("x", "age")
    table = Table(header=header, rows=tuple((row["age"], row["age"]) for row in PEOPLE[:9]))

    with opened(source) as data:
        beside = beside_source(table, data)
        [link] = mapping.independent(beside.index, mapping.link_columns(beside))

    assert (link.place, link.source) == (1, "age")


@pytest.mark.parametrize("head", [(), ("data-row:",), ("row", "of")])
def test_names_before_people_who_are_columns_are_no_person(judge, head):
    columns = ["income", "age", "visits", "weight"]
    lines = [[*head, name, *(row[name] for row in PEOPLE[300:306])] for name in columns]

    report = judge("\n".join([",".join(line) for line in lines]) + "\n")

    [found] = [one for one in report.findings if one.where == "columns read as rows"]
    assert found.reason.startswith("6 of 6 rows")
