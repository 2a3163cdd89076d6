"""What a version of a table tells less than the original: one number to rank by.

Each number of the original weighs as many people as stand behind it. It is lost in whole where it
is hidden or gone; where one number now stands for k, all but one part in k of it is lost, since a
reader can no longer tell the k apart; where it is rounded, as much as it is off. The loss is the
lost weight over all of it: 0 where nothing is lost, 1 where nothing is told.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from output_checker.disclosure.advice.drafts import Draft, Place
from output_checker.disclosure.advice.original import Measure, Original
from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.evidence.question import TOTAL, Key

EXPLAINED = (
    "lost: each number of the table weighs the people behind it; a hidden one is lost in whole, "
    "one that now stands for k numbers to all but 1/k, a rounded one as far as it is off"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is lost.

    Attributes:
        share: Of the people behind the numbers (0-1), as the module says.
        hidden: Cells of the version that are hidden; totals are cells, too.
        gone: Numbers of the original that the version no longer shows by themselves.
        numbers: How many the original shows.
    """

    share: float
    hidden: int
    gone: int
    numbers: int


def loss_of(original: Original, draft: Draft, after: Claimed) -> Loss:
    """Args: after: What the draft is found to be."""
    lost = weight = 0.0
    gone = count = 0
    for measure in original.measures:
        shown = [cell for cell in measure.printed if cell.shows_number]
        images = {cell.key: _image(original, draft, cell.key) for cell in shown}
        together = Counter(images.values())
        cells = _cells(measure, draft, after, original)
        for cell in shown:
            found = None if cells is None else cells.get(images[cell.key][1])
            is_told = found is not None and found.shows_number
            many = together[images[cell.key]]
            part = 1 - (1 / many) * (1 - _off(cell, found, many)) if is_told and found else 1.0
            lost += part * cell.evidence.units
            weight += cell.evidence.units
            gone += not is_told or many > 1
            count += 1
    beside = list(original.measures[0].printed) * original.unexplained
    lost += sum(cell.evidence.units for cell in beside)
    weight += sum(cell.evidence.units for cell in beside)
    gone, count = gone + len(beside), count + len(beside)
    share = lost / weight if weight else gone / max(count, 1)
    hidden = sum(not cell.shows_number for one in after.matched for cell in one.cells
                 if cell.position is not None)  # fmt: skip
    return Loss(share=share, hidden=hidden, gone=gone, numbers=count)


def changed_cells(original: Original, draft: Draft, after: Claimed) -> frozenset[Place]:
    """Cells of the draft that the original does not have, or has with another text."""
    changed: set[Place] = set()
    for measure in original.measures:
        images = {cell.key: _image(original, draft, cell.key) for cell in measure.printed}
        together = Counter(images.values())
        # Where several have become one, it is a new one.
        texts = {
            images[cell.key][1]: cell.text.strip()
            for cell in measure.printed
            if together[images[cell.key]] == 1
        }
        for key, cell in (_cells(measure, draft, after, original) or {}).items():
            if cell.position is not None and texts.get(key) != cell.text.strip():
                changed.add(cell.position)
    return frozenset(changed)


def _image(original: Original, draft: Draft, key: Key) -> tuple[frozenset[int], Key]:
    """Over which dimensions a number is a total, and which number of the draft it is part of."""
    totals = frozenset(at for at, label in enumerate(key) if label == TOTAL)
    return totals, draft.plan.key(original.names, key)


def _cells(
    measure: Measure, draft: Draft, after: Claimed, original: Original
) -> Mapping[Key, Cell] | None:
    """The draft's cells of one column of numbers; None where it is left out."""
    if measure.name in draft.plan.left_out:
        return None
    kept = [at for at, name in enumerate(original.names) if name not in draft.plan.dropped]
    wanted = _statistic(measure.matched, frozenset(kept.index(at) for at in measure.question.of
                                                   if at in kept))  # fmt: skip
    for one in after.matched:
        if one.question is not None and _statistic(one, one.question.of) == wanted:
            return {cell.key: cell for cell in one.cells if cell.position is not None}
    return None


def _statistic(table: Matched, of: frozenset[int]) -> tuple[object, ...]:
    asked = table.question
    assert asked is not None
    return (asked.statistic, asked.variable, asked.level, asked.weight, asked.denominator, of)


def _off(before: Cell, after: Cell | None, many: int) -> float:
    """How far a number is off for rounding, as a share of it (0-1)."""
    printed = None if after is None else number(after.text)
    if printed is None or after is None:
        return 0.0
    was = number(before.text) if many == 1 else None
    if was is None and after.evidence.expected and not isinstance(after.evidence.expected[0], str):
        nearest = min(after.evidence.expected, key=lambda one: abs(float(one) - float(printed)))
        true = float(nearest)
    elif was is not None:
        true = float(was)
    else:
        return 0.0
    return min(1.0, abs(float(printed) - true) / max(abs(true), 1.0))
