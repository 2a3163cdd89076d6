"""A number that the source does not give, so that no evidence is about it.

Broken when the printed number differs from the one recomputed, beyond its last digit. One that is
said to be perturbed and is another than the method gives is a failure: it may be the true one.

Unit: the published statistic. Default: on. Source: DESIGN.md section 5.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.problems import NOT_PERTURBED_SO
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import Breach, Rule


def check(cell: Cell, policy: Policy) -> Iterator[Breach]:  # noqa: ARG001 - every rule takes one
    if cell.problem:
        verdict = Verdict.FAIL if cell.problem == NOT_PERTURBED_SO else None
        yield Breach(reason=cell.problem, verdict=verdict)


RULE = Rule(
    code="E1",
    rule_id="source-match",
    title="Each number is the one the source gives",
    formula="the printed number differs from the one recomputed, beyond its last digit",
    unit="the published statistic",
    default="on",
    source="DESIGN.md section 5: what cannot be matched to the source is for a person",
    mend="say in the spec which rows the table rests on, or explain how the number was made",
    check=check,
    verdict=Verdict.REVIEW,
)
