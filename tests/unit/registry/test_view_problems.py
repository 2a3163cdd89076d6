"""What a view may not say, given the dataset's fields."""

from dataclasses import replace

import pytest

from registry.domain.dataset import DatasetVersion, Field, FieldRole, VersionId
from registry.domain.view_problems import view_problems, whole_version_problems
from registry.domain.view_spec import (
    Comparison,
    Condition,
    Transform,
    TransformKind,
    ViewColumn,
    ViewSpec,
)

PEOPLE = DatasetVersion(
    version_id=VersionId(dataset_id="people", version="1"),
    title="People",
    summary="People",
    publisher="An office",
    unit="person",
    path="people/1/people.parquet",
    sha256="a" * 64,
    entity="person",
    identifiers=("nino",),
    policy="sacro-10",
    fields=(
        Field(name="person", type="string", role=FieldRole.ENTITY),
        Field(name="nino", type="string"),
        Field(name="name", type="string", role=FieldRole.DIRECT_IDENTIFIER),
        Field(name="phone", type="string", is_never_in_view=True),
        Field(name="born", type="date", role=FieldRole.QUASI),
        Field(name="age", type="integer", role=FieldRole.QUASI),
        Field(name="region", type="string"),
        Field(name="on_benefit", type="boolean"),
        Field(name="twin", type="string"),
        Field(name="Twin", type="string"),
    ),
)
HASH = Transform(kind=TransformKind.HASH)


def a_view(*columns, where=(), sample=1.0):
    return ViewSpec(columns=columns, where=where, sample=sample)


def column(source, kind=TransformKind.KEEP, name=None, **figures):
    return ViewColumn(name=name or source, source=source, transform=Transform(kind=kind, **figures))


def said(view):
    return [str(one) for one in view_problems(view, PEOPLE, path="view")]


def test_a_view_of_columns_that_fit_has_no_problem():
    view = a_view(
        column("person", TransformKind.HASH),
        column("nino", TransformKind.HASH),
        column("born", TransformKind.YEAR_OF, name="year_of_birth"),
        column("age", TransformKind.BAND, name="age_band", edges=(16, 25)),
        column("region"),
        column("on_benefit", TransformKind.FLAG),
        where=(
            Condition(source="region", comparison=Comparison.IN, values=("north",)),
            Condition(source="born", comparison=Comparison.BELOW, values=("2000-01-01",)),
            Condition(source="age", comparison=Comparison.AT_LEAST, values=(16,)),
            Condition(source="on_benefit", comparison=Comparison.NOT_IN, values=(True,)),
        ),
        sample=0.1,
    )

    assert said(view) == []


NAMES_SOMEBODY = "must be hash, or left out: the column names somebody"
NOT_BY_IT = "names somebody or is given to nobody, so rows are not chosen by it"


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (a_view(), "view.columns: must hold one column or more"),
        (a_view(column("pay")), "view.columns[0].source: is no column of people 1"),
        (
            a_view(column("age"), column("born", TransformKind.YEAR_OF, name="AGE2"),
                   column("region", name="age2")),
            "view.columns[2].name: is the name of a column already, at view.columns[1].name",
        ),
        (
            a_view(column("born", TransformKind.YEAR_OF, name="Region")),
            "view.columns[0].name: is the name of another column of the dataset",
        ),
        (a_view(column("age", name="a\0")),
         "view.columns[0].name: must be 1 to 250 printable characters"),
        (a_view(column("phone", TransformKind.HASH)),
         "view.columns[0].source: is given to nobody in any form"),
        (a_view(column("nino")), f"view.columns[0].transform: {NAMES_SOMEBODY}"),
        (a_view(column("name", TransformKind.FLAG)),
         f"view.columns[0].transform: {NAMES_SOMEBODY}"),
        (a_view(column("region", TransformKind.YEAR_OF)),
         "view.columns[0].transform: year_of does not fit a column of type string"),
        (a_view(column("born", TransformKind.TOPCODE, limit=3.0)),
         "view.columns[0].transform: topcode does not fit a column of type date"),
        (a_view(column("age", TransformKind.BAND, edges=(25, 16))),
         ("view.columns[0].transform: a band's edges must be one or more numbers, each above the "
         "one before")),
        (a_view(column("age", TransformKind.TOPCODE)),
         "view.columns[0].transform: topcode needs the number that any larger one becomes"),
        (a_view(column("age", TransformKind.ROUND, unit=0.0)),
         "view.columns[0].transform: round needs a number above 0"),
        (a_view(column("age", TransformKind.ROUND, unit=float("nan"))),
         "view.columns[0].transform: must have finite numbers"),
        (a_view(column("Twin")),
         ("view.columns[0].source: is the name of another column too but for capitals, so no view "
         "is made of it")),
        (a_view(column("age"), sample=0.0), "view.sample: must be above 0 and at most 1"),
    ],
)  # fmt: skip
def test_what_a_view_may_not_say_is_named_with_its_place(view, problem):
    assert said(view) == [problem]


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        (("pay", Comparison.IN, (1,)), "view.where[0].source: is no column of people 1"),
        (("nino", Comparison.IN, ("x",)), f"view.where[0].source: {NOT_BY_IT}"),
        (("phone", Comparison.IN, ("x",)), f"view.where[0].source: {NOT_BY_IT}"),
        (("person", Comparison.IN, ("x",)), f"view.where[0].source: {NOT_BY_IT}"),
        (("age", Comparison.IN, ("16",)),
         "view.where[0].in: must hold values of the column's type, integer"),
        (("age", Comparison.IN, (10**400,)),
         "view.where[0].in: must hold values of the column's type, integer"),
        (("age", Comparison.NOT_IN, (1.5,)), "view.where[0].not_in: must hold whole numbers"),
        (("age", Comparison.IN, (True,)),
         "view.where[0].in: must hold values of the column's type, integer"),
        (("born", Comparison.BELOW, ("2000-02-30",)),
         "view.where[0].below: must hold values of the column's type, date"),
        (("region", Comparison.IN, ()), "view.where[0].in: must hold one value or more"),
        (("age", Comparison.BELOW, (1, 2)),
         ("view.where[0].below: must be one number of a column of numbers, or one date of a column "
         "of dates")),
        (("region", Comparison.AT_LEAST, ("a",)),
         ("view.where[0].at_least: must be one number of a column of numbers, or one date of a "
         "column of dates")),
    ],
)  # fmt: skip
def test_rows_are_not_chosen_by_what_does_not_fit(condition, problem):
    source, comparison, values = condition
    where = (Condition(source=source, comparison=comparison, values=values),)

    assert said(a_view(column("age"), where=where)) == [problem]


def test_a_view_of_ten_thousand_columns_is_looked_through():
    fields = tuple(Field(name=f"c{at}", type="integer") for at in range(10_000))
    view = a_view(*(column(field.name) for field in fields), column("c1", name="C2"))

    found = [*view_problems(view, replace(PEOPLE, fields=fields), path="view")]

    assert [str(one) for one in found] == [
        "view.columns[10000].name: is the name of a column already, at view.columns[2].name",
        "view.columns[10000].name: is the name of another column of the dataset",
    ]


def test_a_version_with_a_column_for_nobody_is_given_by_views_only():
    (problem,) = whole_version_problems(PEOPLE, path="project.grants[0]")

    assert str(problem) == ("project.grants[0]: needs a view: nobody is given phone of people 1")
    shown = replace(PEOPLE, fields=PEOPLE.fields[:3])
    assert not [*whole_version_problems(shown, path="project.grants[0]")]
