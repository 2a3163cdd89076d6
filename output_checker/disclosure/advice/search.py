"""Look for versions of a table that pass, each found by making it and judging it.

One change at a time first; two only where no single one passes. Nothing is offered that the judge
did not pass as the file that would be written.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from output_checker.disclosure.advice.drafts import NOTHING_NEW, Draft, Kind, Plan, Step
from output_checker.disclosure.advice.dropping import without_column, without_variable
from output_checker.disclosure.advice.hiding import with_hidden
from output_checker.disclosure.advice.judging import Judge, Judged, checked, judged
from output_checker.disclosure.advice.loss import changed_cells, loss_of
from output_checker.disclosure.advice.merging import merges
from output_checker.disclosure.advice.numbers_written import conventional_rounding
from output_checker.disclosure.advice.ordering import without_order
from output_checker.disclosure.advice.original import Original
from output_checker.disclosure.advice.remedies import Remedy
from output_checker.disclosure.advice.restated import restated
from output_checker.disclosure.advice.rounding_off import rounded
from output_checker.disclosure.advice.spec_documents import as_document
from output_checker.disclosure.budget import Spent
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Finding
from output_checker.disclosure.rules import differencing

# Of the ways to merge labels of one variable, cheapest first.
_MOST_MERGES: Final = 12
# What counts are rounded to against differences, where the policy asks for no rounding.
_BASES: Final = (Rounding(base=5), Rounding(base=10))

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One kind of change. Attributes: `make` gives drafts, those that lose least first."""

    words: str
    make: Callable[[], Iterator[Draft]]


@dataclass(slots=True, kw_only=True)
class Search:
    """For one table.

    Attributes:
        found: What is in the way of the original, all that the judge knows.
        start: The original as every remedy begins with it: rounded as the policy asks.
        remedies: Those found by now.
        untried: Ways for which there was no time.
        nearly: Drafts that do not pass by themselves.
    """

    judge: Judge
    original: Original
    found: Sequence[Finding]
    progress: Progress
    start: Draft = field(init=False)
    remedies: list[Remedy] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    nearly: list[Judged] = field(default_factory=list)

    def __post_init__(self) -> None:
        rounding = self._rounding
        self.start = (
            Draft(table=self.original.table, spec=self.original.spec, steps=self.original.steps)
            if rounding is None
            else rounded(self.original, rounding)
        )

    @property
    def _rounding(self) -> Rounding | None:
        return conventional_rounding(self.judge.policy)

    @property
    def _is_about_others(self) -> bool:
        """Whether other tables are what is in the way."""
        return any(one.rule == differencing.RULE.rule_id for one in self.found)

    def run(self) -> None:
        """Fills `remedies`, least loss first, and `untried`."""
        self._try(self._single())
        if not self.remedies:
            self._try(self._combined())
        self.remedies.sort(key=_rank)

    def _try(self, ways: Iterator[_Way]) -> None:
        is_over = False
        for way in ways:
            if is_over:
                self.untried.append(way.words)
                continue
            self.progress(way.words)
            try:
                self._first_that_passes(way)
            except Spent:
                is_over = True
                self.untried.append(way.words)

    def _single(self) -> Iterator[_Way]:
        if self._rounding is not None or self._is_about_others:
            yield _Way(words="round", make=self._rounded)
        yield _Way(words="hide cells", make=lambda: self._hidden(self._unordered()))
        for at, name in enumerate(self.original.names):
            yield _Way(words=f"merge labels of {name!r}", make=partial(self._merged, at))
        yield _Way(words="leave out a variable", make=self._without_variable)
        yield _Way(words="leave out a column", make=self._without_column)

    def _combined(self) -> Iterator[_Way]:
        """Of what nearly passes: merge labels of fewer columns; hide cells of any."""
        fewer = [one.draft for one in self.nearly if one.draft.plan.left_out]
        for draft in fewer:
            for at, name in enumerate(self.original.names):
                words = f"{_said(draft)}, then merge labels of {name!r}"
                yield _Way(words=words, make=partial(self._merged, at, draft))
        for one in sorted(self.nearly, key=lambda one: len(one.bad)):
            yield _Way(
                words=f"{_said(one.draft)}, then hide cells", make=partial(self._hidden, one.draft)
            )

    def _first_that_passes(self, way: _Way) -> None:
        """Raises: Spent."""
        closest: Judged | None = None
        for draft in way.make():
            found = judged(self.judge, draft)
            if found.claimed is not None and not found.bad and draft.steps:
                in_full = checked(self.judge, draft)
                if not in_full:
                    self._offer(draft, found)
                    return
                found = replace(found, bad=in_full)
            if found.claimed is not None and (closest is None or len(found.bad) < len(closest.bad)):
                closest = found
        if closest is not None and closest.draft.steps:
            self.nearly.append(closest)

    def _offer(self, draft: Draft, found: Judged) -> None:
        assert found.claimed is not None
        loss = loss_of(self.original, draft, found.claimed)
        if loss.share >= 1:
            # It passes because it tells nothing.
            return
        remedy = Remedy(
            table=draft.table,
            spec=as_document(draft.spec),
            steps=draft.steps,
            loss=loss,
            changed=changed_cells(self.original, draft, found.claimed),
        )
        if all(one.table != remedy.table for one in self.remedies):
            self.remedies.append(remedy)

    def _rounded(self) -> Iterator[Draft]:
        if self._rounding is not None:
            yield self.start
        else:
            yield from (rounded(self.original, one) for one in _BASES)

    def _unordered(self) -> Draft:
        """Lines in an order that tells nothing of a number that is hidden."""
        table = without_order(replace(self.original, table=self.start.table))
        return replace(self.start, table=table)

    def _hidden(self, draft: Draft) -> Iterator[Draft]:
        made = with_hidden(self.judge, draft)
        if made is None and not draft.plan.merged and not draft.plan.dropped:
            # Combinations of labels that are not there can be hidden only once they are.
            for whole in self._restated(draft.plan, *self._own_steps(draft), every_line=True):
                made = with_hidden(self.judge, whole)
        if made is not None:
            yield made

    def _merged(self, at: int, before: Draft | None = None) -> Iterator[Draft]:
        records = self.judge.records(self.original.claimed.source)
        for one in merges(self.original, at, records, self.judge.policy)[:_MOST_MERGES]:
            step = Step(kind=Kind.MERGE, words=one.words)
            if before is None:
                yield from self._restated(one.plan, step)
            else:
                plan = replace(one.plan, left_out=before.plan.left_out)
                yield from self._restated(plan, *self._own_steps(before), step)

    def _own_steps(self, draft: Draft) -> tuple[Step, ...]:
        """Without those that every draft begins with."""
        return draft.steps[len(self.original.steps) :]

    def _without_variable(self) -> Iterator[Draft]:
        for plan, step in without_variable(self.original):
            yield from self._restated(plan, step)

    def _without_column(self) -> Iterator[Draft]:
        if self.original.steps:
            yield self.start
        for plan, step in without_column(self.original, self.found):
            yield from self._restated(plan, step)

    def _restated(self, plan: Plan, *steps: Step, every_line: bool = False) -> Iterator[Draft]:
        """The draft, or nothing where there is no such table."""
        records = self.judge.records(self.original.claimed.source)
        try:
            yield restated(
                self.original, plan, records, self._rounding, *steps, every_line=every_line
            )
        except (NotThatTable, BadSpec):
            return


def _said(draft: Draft) -> str:
    return ", then ".join(step.words for step in draft.steps)


def _rank(remedy: Remedy) -> tuple[float, int, int, list[int]]:
    order = [*Kind]
    kinds = [order.index(step.kind) for step in remedy.steps]
    return remedy.loss.share, remedy.loss.hidden, len(kinds), kinds


def as_written(original: Original, judge: Judge) -> Draft:
    """The original made anew: its columns named so that its spec finds them."""
    records = judge.records(original.claimed.source)
    return restated(original, NOTHING_NEW, records, None)
