"""What a rule is: a question about one subject, answered with a reason or with nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy

HUNDEPOOL: Final = "Hundepool et al., Statistical Disclosure Control (2012)"
BRANDT: Final = "Brandt et al., Guidelines for the checking of output (2010)"


class Subject(Protocol):
    """What a rule looks at: a cell, a table, a model, a curve or a histogram."""

    @property
    def labels(self) -> Mapping[str, str] | None: ...

    @property
    def where(self) -> str: ...

    @property
    def statbarn(self) -> str | None: ...

    @property
    def position(self) -> tuple[int, int] | None: ...


Kind = TypeVar("Kind", bound=Subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Why a subject breaks a rule, where that is not simply the rule's own verdict.

    Attributes:
        subject: What breaks it, where the rule was asked about something wider.
    """

    reason: str
    verdict: Verdict | None = None
    subject: Subject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[Kind]):
    """A published rule of disclosure control.

    Attributes:
        code: Of the catalogue in docs/reference/rules.md.
        rule_id: Stable name, in findings.
        title: What holds where the rule is kept.
        formula: When it is broken, in symbols: n units, x1 >= x2 >= .. their contributions,
            X the sum of all, t the threshold.
        unit: Of what is compared.
        default: What the shipped policies ask unless they say otherwise.
        source: Where it is published.
        mend: What would keep it.
        check: Gives what breaks the rule, or nothing.
        verdict: Of a breach.
    """

    code: str
    rule_id: str
    title: str
    formula: str
    unit: str
    default: str
    source: str
    mend: str
    check: Callable[[Kind, Policy], "str | Iterable[Breach] | None"]
    verdict: Verdict = Verdict.FAIL

    def judge(self, subject: Kind, policy: Policy) -> list[Finding]:
        """Findings about one subject; a crash of the rule is one too, and quotes nothing."""
        try:
            said = self.check(subject, policy)
            if said is None or said == ():
                return []
            breaches = _breaches(said)
        except Exception as error:  # noqa: BLE001 - what a rule could not judge is not passed
            reason = f"the rule could not be applied ({type(error).__name__})"
            breaches = [Breach(reason=reason, verdict=Verdict.REVIEW)]
        return [self._finding(breach, breach.subject or subject) for breach in breaches]

    def _finding(self, breach: Breach, subject: Subject) -> Finding:
        return Finding(
            rule=self.rule_id,
            verdict=self.verdict if breach.verdict is None else breach.verdict,
            cell=subject.labels,
            where=subject.where,
            reason=breach.reason,
            statbarn=subject.statbarn,
            mend=self.mend,
            position=subject.position,
        )


def _breaches(said: str | Iterable[Breach]) -> list[Breach]:
    if isinstance(said, str):
        return [Breach(reason=said)]
    return list(said)


def judge_all(
    rules: Sequence[Rule[Kind]], subjects: Sequence[Kind], policy: Policy
) -> Iterator[Finding]:
    """Findings in the order of the rules, then of the subjects."""
    for rule in rules:
        for subject in subjects:
            if found := rule.judge(subject, policy):
                yield from found
