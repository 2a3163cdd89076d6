"""Between which numbers hidden ones lie, given what adds up to what: one question, two solvers.

A system of a few unknowns is solved here, in less time than a process takes to start; a larger
one, or one whose ends are no whole numbers, by a process that is bounded and can be killed.
"""

from collections.abc import Collection, Mapping, Sequence
from math import inf
from typing import Final

from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.equations import (
    ANY_COUNT,
    Equation,
    Room,
    TooHard,
)
from output_checker.disclosure.suppression.simplex import Simplex
from output_checker.disclosure.suppression.states import whole

# Of as many unknowns the process has started and answered as soon.
MAX_SMALL: Final = 100


def bounds(
    block: Sequence[Equation],
    asked: Collection[int],
    *,
    rooms: Mapping[int, Room] | None = None,
    counts: bool = True,
) -> dict[int, Room]:
    """The least and the greatest that the unknowns asked for can be.

    Args:
        block: Equations that share unknowns.
        asked: Unknowns of them.
        rooms: What an unknown can be by itself; 0 or more where not said.
        counts: Whether numbers are whole; then ends are whole, and as narrow as whole numbers
            make them wherever the solver finds that out in its time.

    Raises:
        Contradiction: No numbers satisfy the equations.
        TooHard: They took more steps, seconds or memory than are allowed.
    """
    names = {name for one in block for name in one.terms}
    known = {name: room for name, room in (rooms or {}).items() if name in names}
    if len(names) <= MAX_SMALL and all(room.low > -inf for room in known.values()):
        found = _small(block, asked, known, counts=counts)
        if found is not None:
            return found
    found = solver.SHARED.bounds(block, asked, known, counts=counts)
    return {at: whole(room) for at, room in found.items()} if counts else found


def _small(
    block: Sequence[Equation], asked: Collection[int], rooms: Mapping[int, Room], *, counts: bool
) -> dict[int, Room] | None:
    """None where the process has to be asked: it took too long, or came out in fractions."""
    try:
        simplex = Simplex(_from_zero(block, rooms))
        found = {}
        for at in asked:
            least, greatest = simplex.of(at)
            low = rooms.get(at, ANY_COUNT).low
            found[at] = Room(low=low + least, high=low + greatest)
    except TooHard:
        return None
    if not counts:
        return found
    return {at: whole(room) for at, room in found.items()} if simplex.only_whole else None


def _from_zero(block: Sequence[Equation], rooms: Mapping[int, Room]) -> list[Equation]:
    """The same for unknowns counted from their least; a greatest is an equation of its own."""
    found = [
        Equation(
            terms=one.terms,
            total=one.total
            - sum(factor * rooms[name].low for name, factor in one.terms.items() if name in rooms),
        )
        for one in block
    ]
    spare = max(name for one in block for name in one.terms)
    for name, room in rooms.items():
        if room.high < inf:
            spare += 1
            found.append(Equation(terms={name: 1.0, spare: 1.0}, total=room.high - room.low))
    return found
