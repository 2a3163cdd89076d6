"""Hide the cells that a rule forbids, and as few others as give them back, until it passes."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from output_checker.disclosure.advice.drafts import Draft, Kind, Place, Step
from output_checker.disclosure.advice.judging import Judge, Judged, checked, judged
from output_checker.disclosure.advice.neighbours import beside
from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.model import Finding
from output_checker.disclosure.rules import margins
from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.additivity import hidden
from output_checker.disclosure.suppression.equations import TooHard
from output_checker.disclosure.suppression.suggest import MARK
from output_checker.disclosure.suppression.task import Task

_MAX_ROUNDS: Final = 60
# Of full checks, each of which may find differences to earlier tables.
_MAX_CHECKS: Final = 6
# Cells that it is tried to show again.
_MOST_SHOWN_AGAIN: Final = 60
_SUGGESTER_SECONDS: Final = 20.0
# What a cell that is shown again may leave for the check of the whole.
_SECONDS_KEPT: Final = 5.0


def with_hidden(judge: Judge, draft: Draft) -> Draft | None:
    """The draft with cells hidden so that it passes; None where hiding does not get there.

    What it tells beside other tables is known only of what would pass by itself, so those numbers
    are hidden after the others.
    """
    search = _Search(judge, draft)
    cells: set[Place] = set()
    for _ in range(_MAX_CHECKS):
        hide = search.quietly(cells)
        if hide is None:
            return None
        made = search.made(hide)
        bad = checked(judge, made)
        if not bad:
            return made
        shown = {one.position for one in bad if one.position is not None} - hide
        if not shown:
            return None
        cells = hide | shown
    return None


class _Search:
    def __init__(self, judge: Judge, draft: Draft) -> None:
        self._judge, self._draft = judge, draft
        claimed = judged(judge, draft).claimed
        self._claimed = claimed
        self._people = {} if claimed is None else _people(claimed)
        self._was_hidden = {} if claimed is None else _hidden_before(claimed)

    def made(self, hide: Collection[Place]) -> Draft:
        """One mark for all: which of several a cell has could say what is hidden."""
        own = sorted(set(hide) - self._was_hidden.keys())
        if own:
            words = f"hide {len(own)} of {len(self._people)} cells"
        elif any(mark != MARK for mark in self._was_hidden.values()):
            words = "mark every hidden cell alike"
        else:
            return self._draft
        texts = dict.fromkeys([*own, *self._was_hidden], MARK)
        return self._draft.with_texts(texts, Step(kind=Kind.SUPPRESS, words=words))

    def quietly(self, cells: Collection[Place]) -> set[Place] | None:
        """Cells to hide, as far as the table alone tells; None where that is not enough."""
        primary = set(cells) | _shown(self._judged(cells))
        hide = None
        if self._claimed is not None and _given_back(self._judged(primary)):
            hide = self._repaired(primary | _suggested(self._claimed, self._judge))
        hide = hide or self._repaired(primary)
        return None if hide is None else self._fewer(hide, primary)

    def _judged(self, hide: Collection[Place]) -> Judged:
        return judged(self._judge, self.made(hide))

    def _repaired(self, start: Collection[Place]) -> set[Place] | None:
        hide = set(start)
        for _ in range(_MAX_ROUNDS):
            found = self._judged(hide)
            if found.claimed is None:
                return None
            if not found.bad:
                return hide
            more = _shown(found) | beside(found.claimed, _given_back(found))
            if more <= hide:
                return None
            hide |= more
        return None

    def _fewer(self, hide: set[Place], primary: Collection[Place]) -> set[Place]:
        """Without what need not be hidden, most people first."""
        added = sorted(hide - set(primary), key=lambda one: (-self._people.get(one, 0), one))
        for place in added[:_MOST_SHOWN_AGAIN]:
            if self._judge.left < _SECONDS_KEPT:
                break
            found = self._judged(hide - {place})
            if found.claimed is not None and not found.bad:
                hide = hide - {place}
        return hide


def _shown(found: Judged) -> set[Place]:
    """Cells that a finding is about and that the table shows."""
    if found.claimed is None:
        return set()
    shown = {
        cell.position
        for table in found.claimed.matched
        for cell in table.cells
        if cell.shows_number or cell.shows_nobody
    }
    return {one.position for one in found.bad if one.position in shown and one.position is not None}


def _given_back(found: Judged) -> list[Finding]:
    return [one for one in found.bad if one.rule == margins.RULE.rule_id]


def _people(claimed: Claimed) -> dict[Place, int]:
    return {
        cell.position: cell.evidence.units
        for table in claimed.matched
        for cell in table.cells
        if cell.position is not None
    }


def _hidden_before(claimed: Claimed) -> dict[Place, str]:
    """Cells that the draft hides, with their marks."""
    return {
        cell.position: cell.text.strip()
        for table in claimed.matched
        for cell in table.cells
        if cell.position is not None and not cell.shows_number
    }


def _suggested(claimed: Claimed, judge: Judge) -> set[Place]:
    """What the suggester hides of counts; nothing of other tables, or where it takes too long."""
    counts = [one for one in claimed.matched if _is_count(one)]
    if len(counts) != 1:
        return set()
    everything = replace(counts[0], cells=tuple(_as_hidden(one) for one in counts[0].cells))
    system = hidden(everything)
    values = [round(float(one.evidence.expected[0])) if one.evidence.expected else 0
              for one in system.cells]  # fmt: skip
    task = Task(equations=system.equations, values=values, threshold=judge.policy.threshold)
    if not task.small:
        return set()
    try:
        chosen = solver.SHARED.protect(task, min(_SUGGESTER_SECONDS, judge.left / 2))
    except TooHard:
        return set()
    places = (system.cells[at].position for at in chosen)
    return {one for one in places if one is not None}


def _is_count(table: Matched) -> bool:
    asked = table.question
    return asked is not None and asked.statistic is Statistic.COUNT and asked.weight is None


def _as_hidden(cell: Cell) -> Cell:
    return replace(cell, shows_number=False, shows_nobody=False)
