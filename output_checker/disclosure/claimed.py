"""What the rules say of a table that the source accounts for, as far as it does."""

from collections.abc import Iterator
from dataclasses import replace

from output_checker.disclosure import asides
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.question import Key
from output_checker.disclosure.model import Finding, Verdict, whole
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.all_rules import CELL_RULES, TABLE_RULES, TOTAL_RULES
from output_checker.disclosure.rules.rule import judge_all
from output_checker.disclosure.rules.totals import denominators


def judge_claimed(claimed: Claimed, policy: Policy) -> Iterator[Finding]:
    for name in claimed.unexplained:
        yield Finding(
            rule="unexplained-column",
            verdict=Verdict.REVIEW,
            where=f"column {name!r}",
            reason="no statistic of the source accounts for this column",
            mend="leave it out, or submit it as a table with its own spec",
        )
    yield from asides.marks(claimed)
    sized = _sized(claimed)
    told = asides.told_counts(claimed)
    for one in claimed.matched:
        counted = asides.with_counts(one, told)
        matched = replace(counted, sized=sized, roundings=claimed.roundings)
        yield from judge_all(CELL_RULES, matched.cells, policy)
        yield from judge_all(TOTAL_RULES, [*denominators(matched.cells)], policy)
        yield from judge_all(TABLE_RULES, [matched], policy)
        if matched.left_out and policy.zeros_disclosive:
            reason = f"{matched.left_out} combinations of labels that nobody has are left out"
            mend = "say why nobody can have them, or have the steward declare them impossible"
            yield whole("zero", Verdict.REVIEW, reason, mend)
        if not matched.is_whole_grid:
            reason = "too many combinations of labels to list the empty ones"
            yield whole("zero", Verdict.REVIEW, reason, "publish fewer dimensions at once")


def _sized(claimed: Claimed) -> frozenset[Key]:
    return frozenset(
        cell.key
        for matched in claimed.matched
        for cell in matched.cells
        if cell.statistic is Statistic.COUNT and cell.shows_number and not cell.problem
    )
