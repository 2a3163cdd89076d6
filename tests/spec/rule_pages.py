"""Write docs/reference/rules.md from the rules and their examples.

usage: python -m tests.spec.rule_pages
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from output_checker.disclosure import specs
from output_checker.disclosure.budget import Budget
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.judge import judge_table
from output_checker.disclosure.model import Source
from output_checker.disclosure.policies.read import parse
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.rules.all_rules import ALL_RULES
from tests.spec.examples import EXAMPLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"
POLICY = {"threshold": 3, "residual_dof": 3}
# What is judged across files has an example of its own in the tests of the engine.
WITHOUT_EXAMPLE = {"differencing", "linked-models"}
HEAD = """# Rules

What Haven asks of each output, rule by rule, with what it says of small examples. Written by
`python -m tests.spec.rule_pages` from the rules and from the examples that the tests run; a test
fails when the two differ. Examples ask for three units and three degrees of freedom, so that they
stay small. `n` counts distinct units with a value, `x1 >= x2 >= ..` are their contributions in
absolute value, `X` is the sum of all, `t` the threshold of the policy.
"""


def judged(example):
    """Findings about an example, as the engine has them."""
    header, *kinds = example.source.splitlines()
    lines = [line.split(" ", 1) for line in kinds]
    rows = [row for times, row in lines for _ in range(int(times))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        source = Source(
            name="s", path=path, entity=example.owner, holding=example.holding,
            structural_zeros=example.zeros, bounds=example.bounds,
        )  # fmt: skip
        head, *cells = [tuple(line.split(",")) for line in example.output.splitlines()]
        table = Table(header=head, rows=tuple(cells))
        policy = parse("example", {**POLICY, **example.policy})
        with opened(source) as data:
            return [*judge_table(table, [data], specs.parse(example.spec), policy, Budget())]


def flagged(example):
    """Cells that the example's rule flags, as the page writes them."""
    return tuple(sorted(_place(one) for one in judged(example) if one.rule == example.rule))


def _place(finding):
    return "whole" if finding.cell is None else ", ".join(finding.cell.values())


def page() -> str:
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for title, rules in ALL_RULES.items():
        yield f"## {title}\n"
        for rule in rules:
            yield f"### {rule.code} `{rule.rule_id}`: {rule.title}\n"
            yield f"{rule.verdict.value.capitalize()} when: {rule.formula}.\n"
            yield f"- unit: {rule.unit}"
            yield f"- default: {rule.default}"
            yield f"- source: {rule.source}"
            yield f"- what would mend it: {rule.mend}\n"
            for example in EXAMPLES:
                if example.rule == rule.rule_id:
                    yield from _example(example)


def _example(example) -> Iterator[str]:
    yield f"{example.says}\n"
    spec = json.dumps(example.spec)
    said = {
        "entity": example.owner,
        "holding": example.holding,
        "impossible": list(example.zeros),
        "bounds": example.bounds,
        "policy": example.policy,
    }
    extra = "".join(f"; {name} {json.dumps(value)}" for name, value in said.items() if value)
    header, *kinds = example.source.splitlines()
    yield "```"
    yield f"source   {header}"
    yield from (f"  {times:>3} x  {row}" for times, row in (line.split(" ", 1) for line in kinds))
    first, *rest = example.output.splitlines()
    yield f"output   {first}"
    yield from (f"         {line}" for line in rest)
    yield f"spec     {spec}{extra}"
    found = [one for one in judged(example) if one.rule == example.rule]
    yield from (f"flagged  {one.verdict.value} {_place(one)}: {one.reason}" for one in found)
    if not found:
        yield "flagged  nothing"
    yield "```\n"


if __name__ == "__main__":
    PAGE.write_text(page())
