"""What a view is found to hold before anybody is given it."""

import duckdb
import pytest
from stdnum.gb import nhs

from registry.adapters.views.scan import scan
from registry.application.view_ports import NotMade
from registry.domain.dataset import DatasetVersion, Field, FieldRole, VersionId
from registry.domain.view_findings import Shaped, ViewFindings, findings_from_stored
from registry.domain.view_spec import ViewColumn, ViewSpec

NHS = next(f"94000{at:05}" for at in range(100) if nhs.is_valid(f"94000{at:05}"))


def looked_through(folder, sql, *names, role=None):
    file, beside = folder / "view.parquet", folder / "beside.parquet"
    duckdb.sql(sql).write_parquet(str(file))
    duckdb.sql(
        f"SELECT 'p' || row_number() OVER () AS haven_entity, 0 AS haven_row FROM '{file}'"
    ).write_parquet(str(beside))
    dataset = DatasetVersion(
        version_id=VersionId(dataset_id="d", version="1"), title="", summary="", publisher="",
        unit="person", path="d/d.parquet", sha256="", entity="who", identifiers=(), policy="",
        fields=tuple(Field(name=name, type="string", role=role) for name in names),
    )  # fmt: skip
    view = ViewSpec(columns=tuple(ViewColumn(name=name, source=name) for name in names))
    return scan(file, beside, view, dataset)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("AB123456C", "National Insurance number"),
        ("his is ab 12 34 56 c, he said", "National Insurance number"),
        ("SW1A 1AA", "postcode"),
        ("m11ae", "postcode"),
        ("call 07700 900123", "phone number"),
        ("+44 20 7946 0958", "phone number"),
        ("ada@example.org", "e-mail address"),
        (NHS, "NHS number"),
        (f"{NHS[:3]} {NHS[3:6]} {NHS[6:]}", "NHS number"),
        (f"{NHS[:3]}.{NHS[3:6]}.{NHS[6:]}", "NHS number"),
        (f"{NHS[:3]}\u2013{NHS[3:6]}\u00a0 {NHS[6:]}", "NHS number"),
        (f"NHS {NHS[:3]} {NHS[3:6]} {NHS[6:]}, seen 2026-01-02", "NHS number"),
        (f"9400000000 id_{NHS}.0", "NHS number"),
        ("AB-12-34-56-C", "National Insurance number"),
        ("ab.12.34.56.c", "National Insurance number"),
        ("AB  12\u00a034 - 56 C", "National Insurance number"),
        ("SW1A-1AA", "postcode"),
        ("sw1a \u00a0 1aa", "postcode"),
        ("07700  900\u00a0123", "phone number"),
        ("020.7946.0958", "phone number"),
        ("+44.20.7946.0958", "phone number"),
    ],
)
def test_what_looks_like_an_identifier_is_counted_by_kind(tmp_path, value, kind):
    found = looked_through(
        tmp_path,
        f"SELECT CASE WHEN i = 0 THEN '{value}' ELSE 'a' END AS c FROM range(50) t(i)",
        "c",
    )

    assert found.shaped == (Shaped(column="c", kind=kind, rows=1, share=0.02),)
    assert not found.is_clean


@pytest.mark.parametrize(
    "value",
    ["a", "", "SW1A", "2026-11-23", "12345", "9400000000", "25 to 34", "north west", "E01",
     "on 12.11.26 a man came", "at 12-11-26, a man came", "v1.2rc", "a1-2km", "3.141592653589793",
     "0.123456789", "01.02.2026 10:00", "2026-11-23 10:15:00", f"0.{NHS}", f"{NHS}.5", f"1{NHS}",
     f"{NHS}1", f"x{NHS}", f"{NHS[:6]}.{NHS[6:]}", f"{NHS[:8]}.{NHS[8:]}", "1,234,567.89",
     "192.168.100.2000", "10.1000/182"],
)  # fmt: skip
def test_ordinary_values_look_like_nothing(tmp_path, value):
    if nhs.is_valid(value):
        pytest.fail("a wrong example")
    found = looked_through(tmp_path, f"SELECT '{value}' AS c FROM range(50)", "c")

    assert found.shaped == ()


def test_numbers_of_patients_are_found_among_whole_numbers(tmp_path):
    found = looked_through(tmp_path, f"SELECT {NHS}::BIGINT AS c FROM range(50)", "c")

    assert [one.kind for one in found.shaped] == ["NHS number"]


@pytest.mark.parametrize("kind", ["DOUBLE", "DECIMAL(10,0)", "DECIMAL(18,2)"])
def test_numbers_of_patients_are_found_among_numbers_without_a_fraction(tmp_path, kind):
    sql = f"SELECT CASE WHEN i > 0 THEN {NHS}::{kind} END AS c FROM range(50) t(i)"

    found = looked_through(tmp_path, sql, "c")

    assert found.shaped == (Shaped(column="c", kind="NHS number", rows=49, share=1.0),)


def test_a_float_is_looked_at_as_the_whole_number_that_it_holds(tmp_path):
    number = next(at for at in range(9_400_000_512, 9_500_000_000, 1024) if nhs.is_valid(str(at)))

    found = looked_through(tmp_path, f"SELECT {number}::FLOAT AS c FROM range(50)", "c")

    assert [one.kind for one in found.shaped] == ["NHS number"]


@pytest.mark.parametrize("value", [f"{NHS}.5", "0.5", "'nan'", "'inf'", "-1e300", "21500", "0"])
def test_ordinary_numbers_with_a_fraction_or_without_look_like_nothing(tmp_path, value):
    found = looked_through(tmp_path, f"SELECT {value}::DOUBLE AS c FROM range(50)", "c")

    assert found.shaped == ()


def test_check_digits_are_those_of_the_library(tmp_path):
    numbers = [f"{4857301920 + at * 7919:010}" for at in range(300)]
    (tmp_path / "numbers.csv").write_text("\n".join(["c", *numbers]))

    found = looked_through(
        tmp_path, f"SELECT * FROM read_csv('{tmp_path}/numbers.csv', all_varchar = true)", "c"
    )

    rows = {one.kind: one.rows for one in found.shaped}
    assert rows["NHS number"] == sum(nhs.is_valid(one) for one in numbers)


@pytest.mark.parametrize(("rows", "is_clean"), [(5, True), (6, False)])
def test_one_in_two_hundred_is_the_most_that_may_look_like_one(tmp_path, rows, is_clean):
    sql = f"SELECT CASE WHEN i < {rows} THEN 'AB123456C' ELSE 'a' END AS c FROM range(1000) t(i)"

    assert looked_through(tmp_path, sql, "c").is_clean is is_clean


def test_values_that_are_missing_make_no_share_smaller(tmp_path):
    sql = "SELECT CASE WHEN i = 0 THEN 'AB123456C' END AS c FROM range(1000) t(i)"

    (found,) = looked_through(tmp_path, sql, "c").shaped

    assert found.share == 1


def test_combinations_that_one_person_alone_has_are_counted(tmp_path):
    sql = "SELECT * FROM (VALUES ('a', 'x'), ('a', 'y'), ('b', 'x'), ('b', 'x')) t(c, d)"

    found = looked_through(tmp_path, sql, "c", "d", role=FieldRole.QUASI)

    assert {one.columns: one.people for one in found.unique} == {("d",): 1, ("c", "d"): 2}


def test_findings_are_the_same_after_they_were_kept():
    found = ViewFindings(rows=3, shaped=(Shaped(column="c", kind="k", rows=1, share=0.5),))

    assert findings_from_stored(found.stored()) == found


def test_a_view_that_cannot_be_looked_through_is_not_made(tmp_path):
    with pytest.raises(NotMade, match="could not be looked through"):
        looked_through(tmp_path, "SELECT 'a' AS c", "another")
