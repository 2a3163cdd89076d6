"""For a table that may not leave: versions of it that may, and what each of them loses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from output_checker.disclosure.advice.drafts import Kind, Step
from output_checker.disclosure.advice.judging import Judge, in_the_way
from output_checker.disclosure.advice.original import Original, read_original
from output_checker.disclosure.advice.remedies import Advice
from output_checker.disclosure.advice.search import Progress, Search, as_written
from output_checker.disclosure.budget import Spent
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec
from output_checker.disclosure.words import few_names

NOTHING_TO_MEND: Final = "it passes as it is: there is nothing to mend"
_TIME: Final = ("there was no time to find out what the table is; allow more of it",)
NOTHING_SAFE: Final = (
    "no version that passes was found; a table of fewer variables or broader labels, made from the "
    "data, loses less than hiding what is left of this one"
)
_MOST_REASONS: Final = 4


def advise(
    table: Table,
    spec: TableSpec | None,
    judge: Judge,
    *,
    found: Sequence[Finding],
    progress: Progress = lambda _: None,
) -> Advice:
    """Look for versions of a table that pass.

    Args:
        spec: As declared; None where the judge has to find out what the table is.
        found: What `haven check` says of the table as it is.
        progress: Hears what is tried next.
    """
    verdict = Verdict.worst(one.verdict for one in found)
    bad = in_the_way(found)
    if not bad:
        return Advice(verdict=verdict, reasons=(NOTHING_TO_MEND,))
    try:
        original = _understood(table, spec, judge)
    except Spent:
        return Advice(verdict=verdict, reasons=_TIME)
    if isinstance(original, str):
        return Advice(verdict=verdict, reasons=(original,))
    search = Search(judge=judge, original=original, found=bad, progress=progress)
    search.run()
    remedies = tuple(search.remedies)
    reasons = () if remedies else _why_not(search)
    return Advice(
        verdict=verdict, remedies=remedies, untried=tuple(search.untried), reasons=reasons
    )


def _understood(table: Table, spec: TableSpec | None, judge: Judge) -> Original | str:
    """What the table is, or why that is not known, in words. Raises: Spent."""
    claimed, findings = judge.claim(table, spec)
    if claimed is None:
        words = "; ".join(one.reason for one in in_the_way(findings))
        return f"it is not known what its numbers are: {words}"
    wrong = sum(bool(cell.problem) for one in claimed.matched for cell in one.cells)
    if wrong:
        return (
            f"{wrong} of its numbers or labels are not the source's, so a number made anew would "
            "be another one: mend the table or its spec first"
        )
    original = read_original(table, spec, claimed)
    if original is None:
        return "none of its columns is a statistic of the source"
    if spec is not None and not claimed.unexplained:
        return original
    return _restated(original, judge, claimed)


def _restated(original: Original, judge: Judge, claimed: Claimed) -> Original | str:
    """With a spec where none was declared, and without columns that nothing explains."""
    if not claimed.unexplained:
        again, bad = judge.claim(original.table, original.spec)
        if again is not None and not any(one.rule == "layout" for one in bad):
            return original
    try:
        draft = as_written(original, judge)
    except (NotThatTable, BadSpec) as error:
        return f"it cannot be made anew: {error}"
    again, _ = judge.claim(draft.table, draft.spec)
    found = None if again is None else read_original(draft.table, draft.spec, again)
    if found is None:
        return "it cannot be made anew from what it is"
    names = claimed.unexplained
    if not names:
        return found
    words = f"leave out what no statistic of the source accounts for: column {few_names(names)}"
    step = Step(kind=Kind.DROP_COLUMN, words=words)
    return replace(found, steps=(step,), unexplained=len(names))


def _why_not(search: Search) -> tuple[str, ...]:
    """What was still in the way of what came nearest, for each kind of change once."""
    rules = dict.fromkeys(
        f"{words}: {bad.rule} ({bad.reason})"
        for one in sorted(search.nearly, key=lambda one: len(one.bad))
        for words in [", then ".join(step.words for step in one.draft.steps)]
        for bad in one.bad[:1]
    )
    nearest = [f"after '{one}'" for one in rules]
    # What is about the whole file may be in the way of every version.
    whole = [f"{one.rule}: {one.reason}" for one in search.found if one.position is None]
    return (NOTHING_SAFE, *(nearest or list(dict.fromkeys(whole)))[:_MOST_REASONS])
