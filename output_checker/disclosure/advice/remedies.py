"""What is offered instead of a table that fails: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from output_checker.disclosure.advice.drafts import Place, Step
from output_checker.disclosure.advice.loss import Loss
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers.artefacts import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A version of the table that passes.

    Attributes:
        spec: What it is, as JSON has it.
        changed: Its cells that the original does not have, or has with another text.
    """

    table: Table
    spec: Mapping[str, Any]
    steps: tuple[Step, ...]
    loss: Loss
    changed: frozenset[Place]

    @property
    def words(self) -> str:
        return ", then ".join(step.words for step in self.steps)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(step.kind.value for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The answer for one table.

    Attributes:
        verdict: On the table as it is.
        remedies: Least loss first.
        untried: What there was no time for, in words.
        reasons: Why nothing is offered, or what else to know, in words.
    """

    verdict: Verdict
    remedies: tuple[Remedy, ...] = ()
    untried: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def is_safe(self) -> bool:
        """Whether there is something that passes: the table itself, or a remedy."""
        return self.verdict is Verdict.PASS or bool(self.remedies)
