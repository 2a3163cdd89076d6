"""Shares and ratios: two numbers of the source, one above the line and one beneath it."""

from dataclasses import replace

from output_checker.disclosure.evidence.cells import NOBODY, CellEvidence, Statistic
from output_checker.disclosure.evidence.question import TOTAL, Key, Question
from output_checker.disclosure.evidence.records import Records

Cells = dict[Key, CellEvidence]


def evidence_for(records: Records, question: Question) -> Cells:
    """As `records.tabulate`, for every statistic."""
    if question.statistic is Statistic.SHARE:
        return _shares(records, question)
    if question.statistic is Statistic.RATIO:
        return _ratios(records, question)
    return records.tabulate(question)


def _shares(records: Records, question: Question) -> Cells:
    everything = range(len(question.dimensions))
    beneath = frozenset(place for place in everything if place not in question.of)
    totals = question.totals | {beneath} | {rolled | beneath for rolled in question.totals}
    part = replace(
        question,
        statistic=Statistic.COUNT if question.variable is None else Statistic.SUM,
        totals=frozenset(totals),
        of=frozenset(),
    )
    cells = records.tabulate(part)
    # Programs differ in whether rows without a label count beneath the line.
    others = records.tabulate(replace(part, complete=frozenset())) if part.complete else cells
    found = {}
    for key, cell in cells.items():
        under = tuple(TOTAL if place in beneath else label for place, label in enumerate(key))
        found[key] = _share(cell, cells[under], others[under])
    return found


def _share(cell: CellEvidence, whole: CellEvidence, other: CellEvidence) -> CellEvidence:
    values = tuple(
        float(above) / float(beneath) * scale
        for bottom in dict.fromkeys((whole, other))
        for above, beneath in zip(cell.expected, bottom.expected, strict=False)
        if beneath
        for scale in (1, 100)
    )
    return replace(
        cell,
        expected=values,
        of_units=min(whole.units, other.units),
        counts=(cell.units, whole.units),
    )


def _ratios(records: Records, question: Question) -> Cells:
    above = records.tabulate(question)
    below = records.tabulate(
        replace(question, statistic=Statistic.SUM, variable=question.denominator)
    )
    return {key: _ratio(cell, below.get(key, NOBODY), question.per) for key, cell in above.items()}


def _ratio(cell: CellEvidence, beneath: CellEvidence, per: float) -> CellEvidence:
    bottom = float(beneath.expected[0]) if beneath.expected else 0.0
    top = float(cell.expected[0]) if cell.expected else 0.0
    return replace(
        cell,
        expected=(top / bottom * per,) if bottom and cell.expected else (),
        of_units=beneath.units,
        beneath=beneath,
    )
