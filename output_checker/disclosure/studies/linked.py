"""Models of one specification in one submission whose samples differ by a few people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules import linked_models
from output_checker.disclosure.spec import ModelSpec, Spec
from output_checker.disclosure.studies.design import design_of
from output_checker.disclosure.studies.rows_of import Rows
from output_checker.disclosure.studies.subjects import LinkedModels


def judge_pairs(
    specs: Mapping[str, Spec], datasets: Sequence[Dataset], policy: Policy
) -> Iterator[tuple[str, Finding]]:
    """For each file that has a twin with a slightly other sample: its name, and why."""
    models = [(name, spec) for name, spec in specs.items() if isinstance(spec, ModelSpec)]
    for (first, one), (second, other) in combinations(models, 2):
        if replace(one, where={}) != replace(other, where={}) or one.where == other.where:
            continue
        apart = _apart(one, other, datasets)
        if apart is None:
            continue
        for finding in linked_models.RULE.judge(LinkedModels(apart=apart), policy):
            yield first, finding
            yield second, finding


def _apart(one: ModelSpec, other: ModelSpec, datasets: Sequence[Dataset]) -> int | None:
    for data in datasets:
        try:
            mine, theirs = design_of(data, one).rows, design_of(data, other).rows
        except BadSpec:
            continue
        return max(_only_in(mine, theirs), _only_in(theirs, mine))
    return None


def _only_in(mine: Rows, theirs: Rows) -> int:
    found = mine.data.query(
        f"SELECT {mine.units} FROM haven_source WHERE ({mine.where}) "  # noqa: S608
        f"AND NOT coalesce({theirs.where}, false)",
        (*mine.parameters, *theirs.parameters),
    )
    return int(found[0][0])
