"""Correlations, tests and ratios of two variables, recomputed on the source."""

from collections.abc import Collection, Iterator
from itertools import combinations
from math import sqrt
from typing import Final

from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import STATBARN, Finding
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import CorrelationSpec, RatioSpec, TestSpec
from output_checker.disclosure.studies.claims import (
    hold,
    place_of,
    printed_label,
    unmatched,
)
from output_checker.disclosure.studies.distributions import chi2_p, student_p
from output_checker.disclosure.studies.rows_of import fewest_of_two, number_of, rows_with
from output_checker.disclosure.studies.subjects import (
    Comparison,
    Correlation,
    Factors,
    Part,
    Test,
)

Named = dict[str, tuple[float, ...]]
_NO_VARIABLE: Final = "it names none of the variables"
_NO_NUMBER: Final = "the line does not say which number of the study it holds"
# What people call the numbers of a small table.
_NAMES: Final = {
    "value": ("odds ratio", "or", "risk ratio", "rr", "relative risk", "ratio"),
    "lower": ("lower", "low", "ci low", "ci lower", "lower ci", "lower bound", "[0.025", "2.5 %",
              "2.5%", "conf.low", "lcl"),
    "upper": ("upper", "high", "ci high", "ci upper", "upper ci", "upper bound", "0.975]",
              "97.5 %", "97.5%", "conf.high", "ucl"),
    "error": ("se", "std err", "std error", "standard error", "error"),
    "statistic": ("statistic", "chi2", "chi squared", "chi square", "t", "t statistic"),
    "p": ("p", "p value", "pvalue", "p>|t|"),
    "dof": ("dof", "df", "degrees of freedom"),
    "n": ("n", "nobs", "observations"),
}  # fmt: skip


def correlations(data: Dataset, spec: CorrelationSpec) -> list[Correlation]:
    """One for each pair, over the rows that have both."""
    found = []
    for first, second in combinations(spec.variables, 2):
        rows = rows_with(data, [first, second], spec.where)
        x, y = number_of(data, first), number_of(data, second)
        units, coefficient = rows.query(f"{rows.units}, corr({x}, {y})")[0]
        least = [few for few in fewest_of_two(rows, [x, y]) if few is not None]
        found.append(
            Correlation(
                labels={"first": first, "second": second},
                where=f"{first} and {second}",
                units=units,
                coefficient=None if coefficient != coefficient else coefficient,  # noqa: PLR0124
                least_units=min(least) if least else None,
            )
        )
    return found


def compare_matrix(
    table: Table, spec: CorrelationSpec, pairs: list[Correlation]
) -> Iterator[Finding]:
    """Hold each cell of a matrix against the correlation of its row and column."""
    wanted = {frozenset((one.labels or {}).values()): one.coefficient for one in pairs} | {
        frozenset((name,)): 1.0 for name in spec.variables
    }
    for at, title in enumerate(table.header):
        if at and title.strip() not in spec.variables:
            yield unmatched(f"column {at + 1}", reason=_NO_VARIABLE)
    for row, line in enumerate(table.rows):
        if line[0].strip() not in spec.variables:
            yield unmatched(place_of(table, row, 0), (row, 0), _NO_VARIABLE)
        for place, title in enumerate(table.header):
            if place:
                key = frozenset((line[0].strip(), title.strip()))
                yield from hold(line[place], wanted.get(key), place_of(table, row, place),
                                (row, place))  # fmt: skip


def factors(data: Dataset, table: Table, spec: CorrelationSpec) -> Factors:
    rows = rows_with(data, spec.variables, spec.where)
    return Factors(
        units=rows.query(rows.units)[0][0],
        variables=len(spec.variables),
        lines=len(table.rows),
    )


def ratio(data: Dataset, spec: RatioSpec) -> tuple[Comparison, Named]:
    """The four cells in units, and the numbers that the file may hold."""
    rows = rows_with(data, [spec.exposure, spec.outcome], spec.where)
    x, y = number_of(data, spec.exposure), number_of(data, spec.outcome)
    tests = [f"{x} = {a} AND {y} = {b}" for a in (1, 0) for b in (1, 0)]
    units = rows.query(", ".join(rows.units_where(test) for test in tests))[0]
    a, b, c, d = (
        float(one)
        for one in rows.query(", ".join(f"count(*) FILTER (WHERE {test})" for test in tests))[0]
    )
    is_odds = spec.ratio == "odds"
    above, beneath = (a * d, b * c) if is_odds else (a * (c + d), c * (a + b))
    value = above / beneath if beneath else None
    subject = Comparison(labels=None, where="the whole file", cells=tuple(units))
    if value is None or not value or not all((a, b, c, d)):
        return subject, {}
    parts = 1 / a + 1 / b + 1 / c + 1 / d
    error = sqrt(parts if is_odds else 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    low, high = (
        value * 2.718281828459045 ** (-1.959964 * error),
        value * (2.718281828459045 ** (1.959964 * error)),
    )
    return subject, {"value": (value,), "lower": (low,), "upper": (high,), "error": (error,)}


def chi2(data: Dataset, table: Table, spec: TestSpec) -> tuple[Test, Named]:
    """Pearson's, of the table of two columns, with and without Yates' correction for 2 x 2."""
    rows = rows_with(data, spec.variables, spec.where)
    first, second = (column(name) for name in spec.variables)
    found = rows.query(f"{first}, {second}, count(*), {rows.units}", "GROUP BY 1, 2")
    counts = {(canonical(a) or "", canonical(b) or ""): n for a, b, n, _ in found}
    tops = sorted({a for a, _ in counts})
    sides = sorted({b for _, b in counts})
    units = {(canonical(a) or "", canonical(b) or ""): u for a, b, _, u in found}
    total = sum(counts.values())
    freedom = (len(tops) - 1) * (len(sides) - 1)
    statistic, corrected = _distances(counts, tops, sides)
    chosen = (statistic, corrected) if freedom == 1 else (statistic,)
    cells = tuple(
        Part(
            labels={
                spec.variables[0]: printed_label(table, a),
                spec.variables[1]: printed_label(table, b),
            },
            where="the table behind the test",
            units=units.get((a, b), 0),
            statbarn=STATBARN + "Frequencies",
        )
        for a in tops
        for b in sides
    )
    test = Test(freedom=sum(units.values()) - len(cells), cells=cells)
    return test, {
        "statistic": chosen,
        "p": tuple(chi2_p(one, freedom) for one in chosen) if freedom else (),
        "dof": (float(freedom),),
        "n": (float(total),),
    }


def _distances(
    counts: dict[tuple[str, str], int], tops: list[str], sides: list[str]
) -> tuple[float, float]:
    """Pearson's statistic of a table, without and with Yates' correction."""
    total = sum(counts.values())
    statistic = corrected = 0.0
    for a in tops:
        for b in sides:
            expected = (
                sum(counts.get((a, one), 0) for one in sides)
                * sum(counts.get((one, b), 0) for one in tops)
                / total
            )
            gap = abs(counts.get((a, b), 0) - expected)
            statistic += gap**2 / expected
            corrected += max(0.0, gap - min(0.5, gap)) ** 2 / expected
    return statistic, corrected


def student(data: Dataset, table: Table, spec: TestSpec) -> tuple[Test, Named]:
    """Of a variable in two groups, with pooled variances and with Welch's."""
    rows = rows_with(data, spec.variables, spec.where)
    value, group = number_of(data, spec.variables[0]), column(spec.variables[1])
    found = rows.query(
        f"{group}, count(*), avg({value}), var_samp({value}), {rows.units}",
        "GROUP BY 1 ORDER BY 1",
    )
    parts = tuple(
        Part(
            labels={spec.variables[1]: printed_label(table, canonical(label) or "nan")},
            where="a group of the test",
            units=units,
            statbarn=STATBARN + "LinearAggregations",
        )
        for label, _, _, _, units in found
    )
    test = Test(freedom=sum(part.units for part in parts) - len(parts), cells=parts)
    if len(found) != 2 or any(n < 2 for _, n, _, _, _ in found):  # noqa: PLR2004 - two groups
        return test, {}
    (_, n1, m1, v1, _), (_, n2, m2, v2, _) = found
    pooled = ((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2) * (1 / n1 + 1 / n2)
    apart = v1 / n1 + v2 / n2
    if not pooled or not apart:
        return test, {}
    welch = apart**2 / ((v1 / n1) ** 2 / (n1 - 1) + (v2 / n2) ** 2 / (n2 - 1))
    pairs = [((m1 - m2) / sqrt(pooled), float(n1 + n2 - 2)), ((m1 - m2) / sqrt(apart), welch)]
    return test, {
        "statistic": tuple(sign * t for t, _ in pairs for sign in (1, -1)),
        "p": tuple(student_p(t, freedom) for t, freedom in pairs),
        "dof": tuple(freedom for _, freedom in pairs),
        "n": (float(n1 + n2),),
    }


def compare_numbers(table: Table, named: Named, variables: Collection[str]) -> Iterator[Finding]:
    """Hold each number against what its row or column says it is; any will do where neither does.

    Args:
        table: As printed.
        named: The numbers that the study gives, by what they are.
        variables: Those of the study, which may name a line.
    """
    if not named:
        yield unmatched("the whole file", reason="the source gives no such number")
        return
    every = [value for values in named.values() for value in values]
    for row, line in enumerate(table.rows):
        for place, text in enumerate(line):
            is_label = not place and _is_label(text)
            if is_label and _kind(text) is None and text.strip() not in variables:
                yield unmatched(place_of(table, row, place), (row, place), _NO_NUMBER)
            if not is_label:
                kind = _kind(table.header[place]) or _kind(line[0] if place else "")
                wanted = every if kind is None else named.get(kind, ())
                yield from hold(text, wanted, place_of(table, row, place), (row, place))


def _is_label(text: str) -> bool:
    """Whether the first cell of a line says what its numbers are, as `chi2` does, and is none."""
    says = _kind(text) is not None and number(text) is None
    return says or bool(text.strip() and not any(one.isdigit() for one in text))


def _kind(name: str) -> str | None:
    """What a row or column of a small table is about; None for a name that tells nothing."""
    text = " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
    return next((kind for kind, names in _NAMES.items() if text in names), None)
