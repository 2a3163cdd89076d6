"""Everything that is asked of one table."""

from collections.abc import Iterator, Sequence

from output_checker.disclosure import formulas
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.claims import (
    Claimed,
    as_inferred,
    as_specified,
    unknown_columns,
)
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks import identifiers, mapping, partial, rows, values
from output_checker.disclosure.model import (
    PREVIEW_ROWS,
    Finding,
    Policy,
    TableSpec,
    Verdict,
)
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.rules.all_rules import ALL_RULES

UNKNOWN_COLUMN = "unknown-column"
BAD_SPEC = "spec"


def judge_table(
    table: Table, datasets: Sequence[Dataset], spec: TableSpec | None, policy: Policy
) -> Iterator[Finding]:
    """Findings in the order a reader wants them: what blocks, then what needs a person.

    A table that the source accounts for in full is judged cell by cell. Any other is also
    searched for rows of the source. Identifiers are searched for in both.
    """
    found = [*_judge(table, datasets, spec, policy)]
    yield from sorted(found, key=lambda finding: -finding.verdict.rank)


def _judge(
    table: Table, datasets: Sequence[Dataset], spec: TableSpec | None, policy: Policy
) -> Iterator[Finding]:
    yield from formulas.find(table)
    if not table.rows:
        yield _whole("empty-table", Verdict.REVIEW, "the table has a header and no rows")
    if not datasets:
        reason = "no source was given, so no number could be checked"
        yield _whole("no-source", Verdict.REVIEW, reason, "name the dataset it was made from")
        return
    for data in datasets:
        yield from identifiers.find(data, table)
    if not table.rows:
        return
    is_proven = False
    if spec is None:
        claimed = _infer(table, datasets, policy)
        reason = "without a spec it is not known what the numbers are"
        if claimed is None:
            yield _whole("no-spec", Verdict.REVIEW, reason, "give rows, columns and aggregate")
    else:
        claimed, refusals = _hold(table, datasets, spec, policy)
        yield from refusals
    if claimed is not None:
        is_proven = claimed.is_proven
        yield from _apply_rules(claimed, policy)
    if not is_proven:
        yield from _search(table, datasets, policy)


def _search(table: Table, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    """Look for the source's rows and values in a table that the source does not account for."""
    if len(table.rows) > PREVIEW_ROWS:
        reason = f"a checker sees {PREVIEW_ROWS} rows, and the source does not explain the rest"
        mend = "split it, or give the spec that makes every number checkable"
        yield _whole("unseen-rows", Verdict.FAIL, reason, mend)
    for data in datasets:
        links = mapping.link_columns(data, table)
        telling = mapping.independent(data, links)
        verbatim = [*rows.find(data, table, telling, policy)]
        yield from verbatim or partial.find(data, table, telling, policy)
        yield from values.find(data, table, links, policy)


def _infer(table: Table, datasets: Sequence[Dataset], policy: Policy) -> Claimed | None:
    for data in datasets:
        claimed = as_inferred(data, table, max(2, policy.dominance_n))
        if claimed is not None:
            return claimed
    return None


def _hold(
    table: Table, datasets: Sequence[Dataset], spec: TableSpec, policy: Policy
) -> tuple[Claimed | None, list[Finding]]:
    """Hold the table against the first source that has the columns the spec names."""
    unknown = [unknown_columns(spec, data) for data in datasets]
    fitting = [data for data, names in zip(datasets, unknown, strict=True) if not names]
    if not fitting:
        names = ", ".join(repr(name) for name in min(unknown, key=len))
        mend = "name the columns as the source does"
        reason = f"the spec names {names}, which the source does not have"
        return None, [_whole(UNKNOWN_COLUMN, Verdict.FAIL, reason, mend)]
    try:
        return as_specified(fitting[0], table, spec, max(2, policy.dominance_n)), []
    except BadSpec as error:
        return None, [_whole(BAD_SPEC, Verdict.FAIL, str(error), "mend the spec")]
    except NotThatTable as error:
        mend = "print the columns that the spec names, or mend the spec"
        return None, [_whole("layout", Verdict.REVIEW, str(error), mend)]


def _apply_rules(claimed: Claimed, policy: Policy) -> Iterator[Finding]:
    for name in claimed.unexplained:
        yield Finding(
            rule="unexplained-column",
            verdict=Verdict.REVIEW,
            where=f"column {name!r}",
            reason="no statistic of the source accounts for this column",
            mend="leave it out, or submit it as a table with its own spec",
        )
    for matched in claimed.matched:
        for rule in ALL_RULES:
            for cell in matched.cells:
                finding = rule.judge(cell, policy)
                if finding is not None:
                    yield finding
        if not matched.is_whole_grid:
            reason = "too many combinations of labels to list the empty ones"
            yield _whole("zero", Verdict.REVIEW, reason, "publish fewer dimensions at once")


def _whole(rule: str, verdict: Verdict, reason: str, mend: str = "") -> Finding:
    return Finding(rule=rule, verdict=verdict, where="the whole file", reason=reason, mend=mend)
