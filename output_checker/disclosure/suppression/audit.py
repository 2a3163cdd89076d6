"""Between which numbers each hidden cell of published tables lies, for whoever reads them all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.suppression.bounds import bounds
from output_checker.disclosure.suppression.equations import (
    Contradiction,
    Equation,
    Room,
    TooHard,
    blocks,
    determined,
)
from output_checker.disclosure.suppression.linked import sums
from output_checker.disclosure.suppression.published import Key, Published
from output_checker.disclosure.suppression.states import State, of_count, of_magnitude
from output_checker.disclosure.suppression.system import Place, Setting, System, system

# What the equations alone give is looked for among as many; of more, the solver finds it as well.
MAX_ELIMINATED: Final = 3_000
_VERDICTS: Final = {
    State.EXACT: Verdict.FAIL,
    State.NARROW: Verdict.REVIEW,
    State.UNKNOWN: Verdict.REVIEW,
    State.WIDE: Verdict.PASS,
}
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One cell that is hidden, left out, or rounded and told by others.

    Attributes:
        key: Its labels.
        places: Table, row and column, zero-based, wherever it is hidden; else none.
        room: What it can be; None where that was not worked out.
    """

    key: Key
    places: tuple[Place, ...]
    room: Room | None
    state: State

    @property
    def verdict(self) -> Verdict:
        return _VERDICTS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Attributes: `mismatched` tells how many sums of the tables do not add up, at the least."""

    cells: tuple[Audited, ...]
    mismatched: int = 0

    @property
    def verdict(self) -> Verdict:
        told = [Verdict.REVIEW] if self.mismatched else []
        return Verdict.worst((*told, *(cell.verdict for cell in self.cells)))


def audit(tables: Sequence[Published], setting: Setting) -> Audit:
    """What a reader of all the tables can work out of what they hide.

    A combination of labels that no table prints counts as nobody, and a mark such as `<10` as what
    it says. Where the numbers do not add up then, neither says anything.

    Raises: CannotAudit.
    """
    known = sums(tables, setting.hierarchies)
    try:
        seen = system(tables, known, setting, strict=True)
        return _audited(seen, _rooms(seen, setting, strict=True), setting)
    except Contradiction:
        seen = system(tables, known, setting, strict=False)
    return _audited(seen, _rooms(seen, setting, strict=False), setting)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the equations say of the unknowns.

    Attributes:
        rooms: What each can be; None for what was not worked out.
        exact: Those that are known as exactly as the numbers that are shown.
        contradictions: How many systems no numbers satisfy.
    """

    rooms: dict[int, Room | None]
    exact: set[int]
    contradictions: int = 0


def _rooms(seen: System, setting: Setting, *, strict: bool) -> _Found:
    """Raises: Contradiction, if strict."""
    rooms: dict[int, Room | None] = dict(seen.rooms)
    exact: set[int] = set()
    wrong = 0
    for block in blocks(seen.equations):
        names = {name for one in block for name in one.terms}
        asked = [at for at in sorted(names) if _is_asked(at, seen, setting)]
        try:
            fixed = _determined(block, seen)
            exact |= {*fixed}
            if setting.counts:
                rooms |= _counts(block, fixed, asked, seen.rooms)
            else:
                rooms |= bounds(block, asked, rooms=seen.rooms, counts=False)
        except TooHard:
            rooms |= dict.fromkeys(asked)
        except Contradiction:
            if strict:
                raise
            wrong += 1
            exact -= names
            rooms |= dict.fromkeys(asked)
    return _Found(rooms=rooms, exact=exact, contradictions=wrong)


def _determined(block: Sequence[Equation], seen: System) -> dict[int, float]:
    """As if numbers were no more than their digits say. Raises: Contradiction."""
    names = {name for one in block for name in one.terms}
    if len(names) > MAX_ELIMINATED:
        return {}
    errors = {name for name in names if name >= len(seen.names)}
    found = []
    for one in block:
        terms = {at: factor for at, factor in one.terms.items() if at not in errors}
        found.append(Equation(terms=terms, total=one.total))
    return determined(found, within=sum(seen.rooms[at].high for at in errors))


def _counts(
    block: Sequence[Equation],
    fixed: Mapping[int, float],
    asked: Sequence[int],
    rooms: Mapping[int, Room],
) -> dict[int, Room]:
    """Raises: Contradiction, TooHard."""
    if not all(_fits(value, rooms[at]) for at, value in fixed.items()):
        raise Contradiction
    found = {at: Room(low=float(round(one)), high=float(round(one))) for at, one in fixed.items()}
    for left in blocks(_without(block, fixed)):
        names = {name for one in left for name in one.terms}
        found |= bounds(left, [at for at in asked if at in names], rooms=rooms)
    return found


def _fits(value: float, room: Room) -> bool:
    slack = _SLACK * max(1.0, abs(value))
    return abs(value - round(value)) <= slack and room.low - slack <= value <= room.high + slack


def _without(equations: Sequence[Equation], fixed: Mapping[int, float]) -> list[Equation]:
    left = []
    for one in equations:
        terms = {at: factor for at, factor in one.terms.items() if at not in fixed}
        known = sum(factor * fixed[at] for at, factor in one.terms.items() if at in fixed)
        left += [Equation(terms=terms, total=one.total - known)] if terms else []
    return left


def _is_asked(at: int, seen: System, setting: Setting) -> bool:
    """Hidden cells, and rounded ones that may be small; no errors of rounding."""
    if at >= len(seen.names):
        return False
    room = seen.rooms[at]
    return seen.names[at] in seen.places or (room.low < setting.threshold and room.low < room.high)


def _audited(seen: System, found: _Found, setting: Setting) -> Audit:
    cells = [*_unknown_cells(seen, found, setting)]
    for key, places in seen.places.items():
        # Hidden here, and shown in another table.
        if (value := seen.shown.get(key)) is not None:
            room = Room(low=value, high=value)
            cells.append(Audited(key=key, places=places, room=room, state=State.EXACT))
    return Audit(cells=tuple(cells), mismatched=seen.mismatched + found.contradictions)


def _unknown_cells(seen: System, found: _Found, setting: Setting) -> Iterator[Audited]:
    for at, key in enumerate(seen.names):
        room, before = found.rooms[at], seen.rooms[at]
        places = seen.places.get(key, ())
        if not places and _says_nothing(room, before):
            continue
        state = State.UNKNOWN if room is None else _state(room, before, setting)
        if at in found.exact:
            state = State.EXACT
        if places or state is not State.WIDE:
            yield Audited(key=key, places=places, room=room, state=state)


def _says_nothing(room: Room | None, before: Room) -> bool:
    """Of a cell that no table hides: as little as its rounding says, or that nobody is in it."""
    return room is not None and (room == before or room.high <= 0 < before.high == inf)


def _state(room: Room, before: Room, setting: Setting) -> State:
    if setting.counts:
        return of_count(room, before, setting.threshold)
    return of_magnitude(room, setting.percent)
