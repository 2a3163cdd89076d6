"""Everything that is asked of one file: of each of its parts, and of what else is in it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final, assert_never

from output_checker.disclosure.budget import Budget, Spent
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.judge import Told, judge_table, search
from output_checker.disclosure.leaks import figures, identifiers
from output_checker.disclosure.leaks.search import search_rows
from output_checker.disclosure.model import Finding, Verdict, whole
from output_checker.disclosure.models import judge_model, unseen_arrays
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.previews import MAX_CHARACTERS, MAX_PREVIEWS
from output_checker.disclosure.prose import judge_text
from output_checker.disclosure.readers.artefacts import (
    Array,
    Document,
    Figure,
    Image,
    Model,
    Note,
    NoteKind,
    Part,
    Session,
    Table,
    Text,
)
from output_checker.disclosure.spec import Spec, Study
from output_checker.disclosure.studies.judge import judge_study

UNFINISHED: Final = "unfinished"
_NOTED: Final = {
    NoteKind.HIDDEN: (Verdict.FAIL, "take it out"),
    NoteKind.METADATA: (Verdict.REVIEW, "save it without metadata"),
    NoteKind.EXTERNAL: (Verdict.FAIL, "break the links and keep the values"),
    NoteKind.CODE: (Verdict.FAIL, "save it without macros and scripts"),
    NoteKind.ENCRYPTED: (Verdict.FAIL, "save it without a password"),
    NoteKind.POLYGLOT: (Verdict.FAIL, "save it as one plain file of the kind it is named after"),
    NoteKind.NAMES: (Verdict.FAIL, "use plain names"),
    NoteKind.UNREAD: (Verdict.REVIEW, "save it in a simpler form"),
}


def judge_document(
    document: Document,
    datasets: Sequence[Dataset],
    spec: Spec | None,
    policy: Policy,
    budget: Budget,
    *,
    told: Callable[[int, Claimed], None] = lambda _part, _claimed: None,
) -> Iterator[Finding]:
    """Findings of the notes, then of each part in turn, as far as the budget goes.

    A spec is of the one table that is shown; where there are several, each is read by its numbers.

    Args:
        told: Hears of each part, by its number, that is a table of the source.
    """
    for note in document.notes:
        yield _noted(note)
    shown = [
        part for part in document.parts if isinstance(part.artefact, Table) and not part.hidden
    ]
    if spec is not None and len(shown) > 1:
        reason = f"the spec describes one table, and this file has {len(shown)}"
        yield whole("spec", Verdict.REVIEW, reason, "submit one table a file")
    alone = spec if len(shown) <= 1 else None
    arrays = [part.artefact for part in document.parts if isinstance(part.artefact, Array)]
    if arrays and not any(isinstance(part.artefact, Model) for part in document.parts):
        yield from unseen_arrays(arrays)
    yield from _unshown(document)
    if not document.parts:
        yield whole("empty-file", Verdict.REVIEW, "there is nothing in this file")
    number = 0
    try:
        yield from _judge_together(arrays, datasets, policy)
        for number, part in enumerate(document.parts):
            budget.require()
            if part.hidden:
                hidden = Note(kind=NoteKind.HIDDEN, reason=f"this is {part.hidden}")
                yield _noted(hidden, part.place)
            tell = partial(told, number)
            for finding in _judge(part, datasets, alone, policy, arrays, budget=budget, told=tell):
                yield _placed(finding, number, part.place)
    except Spent:
        yield _unfinished(number, len(document.parts), budget)


def _unfinished(looked_at: int, parts: int, budget: Budget) -> Finding:
    """What was not looked at is not passed."""
    many = f" with {looked_at} of {parts} parts looked at" if parts > 1 else ""
    reason = f"judging stopped after {budget.seconds:g} s{many}"
    return whole(UNFINISHED, Verdict.FAIL, reason, "submit fewer or smaller tables in one file")


def _unshown(document: Document) -> Iterator[Finding]:
    """What the review page has no room for."""
    more = len(document.parts) - MAX_PREVIEWS
    if more > 0:
        reason = f"a checker is shown {MAX_PREVIEWS} parts, and there are {more} more"
        yield whole("unseen-parts", Verdict.REVIEW, reason, "submit it in several files")
    for number, part in enumerate(document.parts[:MAX_PREVIEWS]):
        if isinstance(part.artefact, Text) and len(part.artefact.text) > MAX_CHARACTERS:
            reason = f"a checker is shown {MAX_CHARACTERS} characters of {len(part.artefact.text)}"
            mend = "submit it in several files"
            finding = whole("unseen-parts", Verdict.REVIEW, reason, mend)
            yield _placed(finding, number, part.place)


def _judge(
    part: Part,
    datasets: Sequence[Dataset],
    spec: Spec | None,
    policy: Policy,
    arrays: Sequence[Array],
    *,
    budget: Budget,
    told: Told,
) -> Iterator[Finding]:
    match part.artefact:
        case Table() as table if not part.hidden:
            yield from judge_table(table, datasets, spec, policy, budget, told=told)
        case Table() as table:
            yield from _search(table, datasets, policy)
        case Array() as array:
            yield from _judge_array(array, datasets, policy)
        case Image():
            yield from _judge_picture(datasets, spec, policy)
        case Figure() as figure:
            yield from _judge_points(figure, datasets, policy)
        case Text(text=text):
            yield from judge_text(text, datasets, policy)
        case Model() as model:
            yield from judge_model(model, arrays, policy)
        case Session():
            raise AssertionError("a record is no output")
        case _:
            assert_never(part.artefact)


def _search(table: Table, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    for data in datasets:
        yield from identifiers.find(data, table)
    if table.rows:
        yield from search(table, datasets, policy)


def _judge_array(array: Array, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    for data in datasets:
        yield from identifiers.find(data, array.table)
    if array.rows:
        yield from search_rows(array.headed, datasets, policy)


def _judge_together(
    arrays: Sequence[Array], datasets: Sequence[Dataset], policy: Policy
) -> Iterator[Finding]:
    """Arrays of as many rows may be the columns of one table."""
    by_length: dict[int, list[Array]] = defaultdict(list)
    for array in arrays:
        by_length[len(array.rows)].append(array)
    for length, found in by_length.items():
        if length > 1 and len(found) > 1:
            rows = tuple(
                tuple(chain.from_iterable(row))
                for row in zip(*(a.rows for a in found), strict=True)
            )
            beside = Array(name="", shape=(length, len(rows[0])), rows=rows)
            for finding in search_rows(beside.headed, datasets, policy):
                where = f"{len(found)} arrays of {length} rows beside each other"
                yield replace(finding, where=where, position=None)


def _judge_picture(
    datasets: Sequence[Dataset], spec: Spec | None, policy: Policy
) -> Iterator[Finding]:
    yield Finding(
        rule="figure",
        verdict=Verdict.REVIEW,
        where="the whole picture",
        reason="a picture cannot be checked against the source; a checker must look",
        mend="submit the table behind the picture as well",
    )
    if isinstance(spec, Study) and datasets:
        yield from judge_study(None, datasets, spec, policy)


def _judge_points(figure: Figure, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    for table in figures.tables(figure):
        for finding in search_rows(table, datasets, policy):
            yield replace(finding, where="points of the drawing", position=None)


def _noted(note: Note, place: str = "") -> Finding:
    verdict, mend = _NOTED[note.kind]
    where = place or note.place or "the whole file"
    return Finding(
        rule=note.kind.value, verdict=verdict, where=where, reason=note.reason, mend=mend
    )


def _placed(finding: Finding, number: int, place: str) -> Finding:
    """Say which part a finding is about, in words as well."""
    if not place:
        return replace(finding, part=number)
    where = place if finding.where == "the whole file" else f"{place}: {finding.where}"
    return replace(finding, where=where, part=number)
