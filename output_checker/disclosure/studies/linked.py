"""Models of one specification whose samples differ by a few people, here or among releases."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules import linked_models
from output_checker.disclosure.spec import ModelSpec, Spec
from output_checker.disclosure.studies.design import Design, design_of
from output_checker.disclosure.studies.rows_of import Rows
from output_checker.disclosure.studies.subjects import LinkedModels


def judge_pairs(
    specs: Mapping[str, Spec],
    released: Sequence[Spec],
    datasets: Sequence[Dataset],
    policy: Policy,
) -> Iterator[tuple[str, Finding]]:
    """For each file that has a twin with a slightly other sample: its name, and why."""
    models = [(name, spec) for name, spec in specs.items() if isinstance(spec, ModelSpec)]
    earlier = [spec for spec in released if isinstance(spec, ModelSpec)]
    for (first, one), (second, other) in combinations(models, 2):
        for finding in _judge(one, other, datasets, policy, is_released=False):
            yield first, finding
            yield second, finding
    for (name, one), other in product(models, earlier):
        for finding in _judge(one, other, datasets, policy, is_released=True):
            yield name, finding


def _judge(
    one: ModelSpec,
    other: ModelSpec,
    datasets: Sequence[Dataset],
    policy: Policy,
    *,
    is_released: bool,
) -> list[Finding]:
    apart = _apart(one, other, datasets)
    if apart is None:
        return []
    return linked_models.RULE.judge(LinkedModels(apart=apart, is_released=is_released), policy)


def _apart(one: ModelSpec, other: ModelSpec, datasets: Sequence[Dataset]) -> int | None:
    """Units in one sample only; None for models that are not of one specification."""
    for data in datasets:
        try:
            mine, theirs = design_of(data, one), design_of(data, other)
        except BadSpec:
            continue
        if one.model != other.model or _specification(mine) != _specification(theirs):
            return None
        return max(_only_in(mine.rows, theirs.rows), _only_in(theirs.rows, mine.rows))
    return None


def _specification(design: Design) -> tuple[object, ...]:
    """What is regressed on what, in whatever order it was written."""
    variables = frozenset(one.variable for one in design.columns)
    return design.outcome, variables, frozenset(design.categories)


def _only_in(mine: Rows, theirs: Rows) -> int:
    found = mine.data.query(
        f"SELECT {mine.units} FROM haven_source WHERE ({mine.where}) "  # noqa: S608
        f"AND NOT coalesce({theirs.where}, false)",
        (*mine.parameters, *theirs.parameters),
    )
    return int(found[0][0])
