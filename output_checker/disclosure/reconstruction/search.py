"""Every population that published statistics leave possible, for a few people.

People stand in the order of their numbers, each with the room that the statistics leave. Labels
are tried one after the other from the least number up: then a median is the number of a known
place, and each mean a sum. What leaves no room is given up at once, so the search is exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from output_checker.disclosure.reconstruction.narrowing import Impossible, Places, narrowed
from output_checker.disclosure.reconstruction.statistics import Kind, Told
from output_checker.disclosure.suppression.equations import TooHard

MOST_STEPS: Final = 200_000

# A person: labels and number. A population: all persons, in order.
Person = tuple[Kind, int]
Population = tuple[Person, ...]


@dataclass(slots=True)
class _Steps:
    left: int

    def take(self) -> None:
        """Raises: TooHard."""
        self.left -= 1
        if self.left < 0:
            raise TooHard


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A way through all populations.

    Attributes:
        steps: Those that it may take until it is too hard.
        is_turned: Whether it begins with the last labels and the greatest numbers.
    """

    told: Told
    steps: int = MOST_STEPS
    is_turned: bool = False
    _steps: _Steps = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_steps", _Steps(self.steps))

    def populations(self) -> Iterator[Population]:
        """Each once. Raises: TooHard."""
        seen: set[Population] = set()
        for found in self._labelled(Places.at_first(self.told)):
            if found not in seen:
                seen.add(found)
                yield found

    def _labelled(self, before: Places) -> Iterator[Population]:
        if before.placed == self.told.people:
            yield from self._numbered(before)
            return
        for kind in self.told.kinds[:: -1 if self.is_turned else 1]:
            self._steps.take()
            try:
                places = narrowed(before.with_kind(kind), self.told)
            except Impossible:
                continue
            yield from self._labelled(places)

    def _numbered(self, places: Places) -> Iterator[Population]:
        """Choose numbers, where the statistics leave more than one."""
        self._steps.take()
        free = [at for at, (low, high) in enumerate(places.rooms) if low < high]
        if not free:
            yield places.population
            return
        at = min(free, key=lambda one: places.rooms[one][1] - places.rooms[one][0])
        low, high = places.rooms[at]
        for value in range(low, high + 1)[:: -1 if self.is_turned else 1]:
            self._steps.take()
            try:
                one = narrowed(places.with_number(at, value), self.told)
            except Impossible:
                continue
            yield from self._numbered(one)
