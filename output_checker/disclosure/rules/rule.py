"""What a rule is: a question about one cell, answered with a reason or with nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Finding, Policy, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Attributes: `check` gives the reason a cell breaks the rule, or None."""

    rule_id: str
    title: str
    source: str
    mend: str
    check: Callable[[Cell, Policy], str | None]
    verdict: Verdict = Verdict.FAIL

    def judge(self, cell: Cell, policy: Policy) -> Finding | None:
        reason = self.check(cell, policy)
        if reason is None:
            return None
        return Finding(
            rule=self.rule_id,
            verdict=self.verdict,
            cell=cell.labels,
            where=cell.where,
            reason=reason,
            statbarn=cell.statistic.statbarn,
            mend=self.mend,
            position=cell.position,
        )
