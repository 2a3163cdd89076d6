"""Look through a view before anybody is given it: what looks like an identifier, who is unique."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Final

import duckdb

from registry.adapters.views.expressions import literal, quoted
from registry.application.view_ports import NotMade
from registry.domain.dataset import DatasetVersion, FieldRole
from registry.domain.view_findings import Shaped, Unique, ViewFindings
from registry.domain.view_place import ENTITY, ROW
from registry.domain.view_spec import ViewSpec

_SPACE: Final = r"[\s\p{Z}]*"
_APART: Final = r"[\s\p{Z}\p{Pd}.]*"
_NINO: Final = ("[A-Za-z]{2}", r"\d{2}", r"\d{2}", r"\d{2}", "[A-Da-d]")
_GROUP: Final = r"[\s\p{Z}\p{Pd}().]*"
# Beside a form stands nothing that would make it a part of another word. With points and hyphens
# the forms are narrower: `on 12.11.26 a man came` and `v1.2rc` are nobody's.
_FORMS: Final[Mapping[str, str]] = {
    "National Insurance number": "|".join(
        (
            _SPACE.join(_NINO),
            r"\p{Pd}".join(_NINO),
            r"\.".join(_NINO),
            _APART.join(_NINO).replace("a-z", "").replace("a-d", ""),
        )
    ),
    "postcode": rf"[A-Za-z]{{1,2}}\d[A-Za-z\d]?{_SPACE}\d[A-Za-z]{{2}}"
    rf"|(?i:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?{_APART}\d[ABD-HJLNP-UW-Z]{{2}})",
    "phone number": r"(?:\+44|0044|0)[\s\p{Z}\p{Pd}()]*[1-9](?:[\s\p{Z}\p{Pd}()]*\d){8,9}"
    rf"|(?:\+44|0044){_GROUP}0?{_GROUP}[1-9](?:{_GROUP}\d){{8,9}}"
    rf"|0[1-9]\d{{1,3}}{_GROUP}(?:\d{{6}}|\d{{3,4}}{_GROUP}\d{{3,4}})",
    "e-mail address": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
}
NHS: Final = "NHS number"
# Points stand at both gaps or at none: 943476.5919 is an amount.
_NHS: Final = (
    r"\d{3}[\s\p{Z}\p{Pd}]*\d{3}[\s\p{Z}\p{Pd}]*\d{4}"
    r"|\d{3}[\s\p{Z}\p{Pd}.]+\d{3}[\s\p{Z}\p{Pd}.]+\d{4}"
)
_NOT_TEXT: Final = frozenset(
    ("BOOLEAN", "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIME",
     "TIMESTAMP WITH TIME ZONE")
)  # fmt: skip
_MAYBE_WHOLE: Final = frozenset(("FLOAT", "DOUBLE", "DECIMAL"))
# More columns than these are looked at in pairs of the first ones, and all together.
_MOST_PAIRED: Final = 8


def scan(file: Path, beside: Path, view: ViewSpec, dataset: DatasetVersion) -> ViewFindings:
    """Every column that can hold text, and combinations of what tells people apart.

    Raises:
        NotMade: It could not be looked through to the end, so nobody is to have it.
    """
    try:
        with _opened(file, beside, dataset) as connection:
            return ViewFindings(
                rows=_number(connection, "SELECT count(*) FROM looked"),
                shaped=tuple(_shaped(connection, view)),
                unique=tuple(_unique(connection, _telling(view, dataset))),
            )
    except (duckdb.Error, KeyError):
        raise NotMade("it could not be looked through for identifiers") from None


@contextmanager
def _opened(
    file: Path, beside: Path, dataset: DatasetVersion
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the table `looked`: the view's columns, and `haven_owner`."""
    with duckdb.connect(":memory:") as connection:
        for setting in (
            f"SET allowed_paths = [{literal(str(file))}, {literal(str(beside))}]",
            "SET memory_limit = '2GB'",
            "SET temp_directory = ''",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            connection.execute(setting)
        owner = ENTITY if dataset.entity is not None else ROW
        connection.execute(
            f"CREATE VIEW looked AS SELECT * FROM read_parquet([{literal(str(file))}])"  # noqa: S608
            f" POSITIONAL JOIN (SELECT {owner} AS haven_owner"
            f" FROM read_parquet([{literal(str(beside))}]))"
        )
        yield connection


def _shaped(connection: duckdb.DuckDBPyConnection, view: ViewSpec) -> Iterator[Shaped]:
    described = connection.execute("DESCRIBE looked").fetchall()
    types = {str(row[0]): str(row[1]).split("(")[0] for row in described}
    for column in (one.name for one in view.columns if types[one.name] not in _NOT_TEXT):
        text = _text(quoted(column), types[column])
        tests = {kind: _holds(text, form) for kind, form in _FORMS.items()} | {NHS: _nhs(text)}
        counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests.values())
        asked = f"SELECT count({quoted(column)}), {counts} FROM looked"  # noqa: S608  quoted
        (found,) = connection.execute(asked).fetchall()
        for kind, rows in zip(tests, found[1:], strict=True):
            if rows:
                yield Shaped(column=column, kind=kind, rows=rows, share=rows / found[0])


def _text(column: str, stored: str) -> str:
    """A value's text; a number's that could have a fraction and has none, as of a whole number."""
    if stored in _MAYBE_WHOLE:
        whole = f"CAST(TRY_CAST({column} AS HUGEINT) AS VARCHAR)"
        return f"CASE WHEN {column} = trunc({column}) THEN {whole} END"
    return f"CAST({column} AS VARCHAR)"


def _holds(text: str, form: str) -> str:
    return f"regexp_matches({text}, {literal(f'(?:^|[^A-Za-z0-9])(?:{form})(?:$|[^A-Za-z0-9])')})"


def _nhs(text: str) -> str:
    """Ten digits of which the last one is right, as the whole value or within it."""
    # What is found together with more digits at a point is a number with a fraction.
    form = literal(rf"(?:\d\.)?\b(?:{_NHS})\b(?:\.\d*[1-9])?")
    found = f"regexp_extract_all(replace({text}, '_', ' '), {form})"
    whole = rf"regexp_replace({text}, '[\s\p{{Z}}\p{{Pd}}]', '', 'g')"
    digits = r"regexp_replace(one, '\D', '', 'g')"
    return (
        f"len(list_filter(list_append({found}, {whole}), lambda one:"
        f" regexp_full_match(one, {literal(_NHS)}) AND {_is_right(digits)})) > 0"
    )


def _is_right(digits: str) -> str:
    weighed = " + ".join(
        f"{10 - at} * TRY_CAST(substr({digits}, {at + 1}, 1) AS INTEGER)" for at in range(9)
    )
    last = f"TRY_CAST(substr({digits}, 10, 1) AS INTEGER)"
    return f"(11 - ({weighed}) % 11) % 11 = {last}"


def _telling(view: ViewSpec, dataset: DatasetVersion) -> list[str]:
    roles = {field.name: field.role for field in dataset.fields}
    return [one.name for one in view.columns if roles[one.source] is FieldRole.QUASI]


def _unique(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> Iterator[Unique]:
    sets: list[tuple[str, ...]] = [(one,) for one in columns]
    sets += [*combinations(columns[:_MOST_PAIRED], 2)]
    sets += [tuple(columns)] if len(columns) > 2 else []  # noqa: PLR2004  a pair is there already
    for together in sets:
        names = ", ".join(map(quoted, together))
        asked = (
            f"SELECT count(*) FROM (SELECT 1 FROM looked GROUP BY {names}"  # noqa: S608  quoted
            " HAVING min(haven_owner) = max(haven_owner))"
        )
        people = _number(connection, asked)
        if people:
            yield Unique(columns=tuple(together), people=people)


def _number(connection: duckdb.DuckDBPyConnection, asked: str) -> int:
    found = connection.execute(asked).fetchone()
    return int(found[0]) if found else 0
