"""What a table says beside its numbers: by its marks, and by two columns together."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.numbers import is_suppressed
from output_checker.disclosure.evidence.question import Key
from output_checker.disclosure.model import Finding, Verdict


def told_counts(claimed: Claimed) -> frozenset[Key]:
    """Keys whose counts two other columns give: a sum over its mean, a deviation over its error."""
    shown: dict[tuple[Statistic, str | None], set[Key]] = defaultdict(set)
    for one in claimed.matched:
        if one.question is not None:
            keys = {cell.key for cell in one.cells if cell.shows_number}
            shown[one.question.statistic, one.question.variable] |= keys
    variables = {variable for _, variable in shown}
    return frozenset(
        key
        for above, beneath in ((Statistic.SUM, Statistic.MEAN), (Statistic.STD, Statistic.SEM))
        for variable in variables
        for key in shown[above, variable] & shown[beneath, variable]
    )


def with_counts(table: Matched, told: frozenset[Key]) -> Matched:
    """A count that other columns give is as good as shown, whatever stands in its place."""
    cells = tuple(
        replace(cell, shows_number=True)
        if cell.statistic is Statistic.COUNT and cell.key in told and not cell.problem
        else cell
        for cell in table.cells
    )
    return replace(table, cells=cells)


def marks(claimed: Claimed) -> Iterator[Finding]:
    """Which mark a hidden cell has can say what is hidden."""
    different = {
        cell.text.strip()
        for matched in claimed.matched
        for cell in matched.cells
        if cell.position is not None and not cell.shows_number and is_suppressed(cell.text)
    }
    if len(different) > 1:
        reason = f"hidden cells have {len(different)} different marks"
        yield Finding(
            rule="marks",
            verdict=Verdict.REVIEW,
            where="the whole file",
            reason=reason,
            mend="use one mark for every hidden cell",
        )
