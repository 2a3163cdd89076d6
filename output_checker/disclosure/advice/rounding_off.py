"""The same table with its counts rounded, conventionally."""

from dataclasses import replace

from output_checker.disclosure.advice.drafts import Draft, Kind, Step
from output_checker.disclosure.advice.numbers_written import is_rounded_to_base, written
from output_checker.disclosure.advice.original import Original
from output_checker.disclosure.evidence.rounding import Rounding


def rounded(original: Original, rounding: Rounding) -> Draft:
    """Counts that are shown, and shares as those of rounded counts; the rest stays as it is."""
    texts = {
        cell.position: written(measure, cell.evidence, rounding)
        for measure in original.measures
        for cell in measure.printed
        if cell.position is not None
        and cell.shows_number
        and is_rounded_to_base(measure, cell.evidence)
    }
    spec = replace(original.spec, rounding=str(rounding))
    draft = Draft(table=original.table, spec=spec, steps=original.steps)
    changed = {
        (row, column): text
        for (row, column), text in texts.items()
        if original.table.rows[row][column].strip() != text
    }
    if not changed:
        return draft
    return draft.with_texts(changed, Step(kind=Kind.ROUND, words=f"round counts to {rounding}"))
