"""What statistics leave of the room of each person's number, given the labels of some."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from output_checker.disclosure.reconstruction.statistics import Kind, Span, Statistic, Told


class Impossible(Exception):
    """No population has these labels and numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """People in the order of their numbers.

    Attributes:
        kinds: Labels of the first of them; the others have none yet.
        rooms: The least and the greatest that each one's number can be.
    """

    kinds: tuple[Kind, ...]
    rooms: tuple[Span, ...]

    @classmethod
    def at_first(cls, told: Told) -> "Places":
        return cls(kinds=(), rooms=(told.span,) * told.people)

    @property
    def placed(self) -> int:
        return len(self.kinds)

    @property
    def population(self) -> tuple[tuple[Kind, int], ...]:
        pairs = zip(self.kinds, self.rooms, strict=True)
        return tuple(sorted((kind, low) for kind, (low, _) in pairs))

    def with_kind(self, kind: Kind) -> "Places":
        return replace(self, kinds=(*self.kinds, kind))

    def with_number(self, at: int, value: int) -> "Places":
        return replace(self, rooms=(*self.rooms[:at], (value, value), *self.rooms[at + 1 :]))


def narrowed(places: Places, told: Told) -> Places:
    """The same with as little room as the statistics leave. Raises: Impossible."""
    rooms = [[*one] for one in places.rooms]
    before: list[list[int]] = []
    while rooms != before:
        before = [[*one] for one in rooms]
        _in_order(rooms)
        for one in told.statistics:
            _Narrowing(one, places.kinds, rooms, told).apply()
    return replace(places, rooms=tuple((low, high) for low, high in rooms))


def _in_order(rooms: list[list[int]]) -> None:
    """Raises: Impossible."""
    for at in range(1, len(rooms)):
        rooms[at][0] = max(rooms[at][0], rooms[at - 1][0])
        rooms[-at - 1][1] = min(rooms[-at - 1][1], rooms[-at][1])
    if any(low > high for low, high in rooms):
        raise Impossible


class _Narrowing:
    """One statistic. `members` are those who have its labels, `left` may still come to have."""

    def __init__(
        self, one: Statistic, kinds: Sequence[Kind], rooms: list[list[int]], told: Told
    ) -> None:
        self._one, self._rooms = one, rooms
        self._members = [at for at, kind in enumerate(kinds) if kind in one.kinds]
        self._left = len(rooms) - len(kinds)
        self._last = len(kinds) - 1
        self._is_spanned = one.span[0] > told.span[0] or one.span[1] < told.span[1]

    def apply(self) -> None:
        """Raises: Impossible."""
        if self._is_spanned:
            self._count_in_span()
            return
        fewest, most = self._one.count
        if not len(self._members) <= most or len(self._members) + self._left < fewest:
            raise Impossible
        if self._one.total is not None:
            self._sum(self._members, fewest - len(self._members), self._one.total)
        if self._one.double_median is not None:
            self._median(fewest, self._one.double_median)

    def _count_in_span(self) -> None:
        low, high = self._one.span
        fewest, most = self._one.count
        rooms = [self._rooms[at] for at in self._members]
        certain = [one for one in rooms if low <= one[0] and one[1] <= high]
        possible = [one for one in rooms if one[1] >= low and one[0] <= high]
        if len(certain) > most or len(possible) + self._left < fewest:
            raise Impossible
        if len(certain) == most:
            for one in possible:
                # Whoever is not among them is beyond the one end or the other.
                if one not in certain and one[0] >= low:
                    one[0] = high + 1
                elif one not in certain and one[1] <= high:
                    one[1] = low - 1

    def _sum(self, members: Sequence[int], left: int, total: Span) -> None:
        """Those without labels yet have no lower number than the last one who has."""
        rooms = [self._rooms[at] for at in members]
        lowest = self._rooms[self._last + 1][0] if left else 0
        highest = self._rooms[-1][1] if left else 0
        least = sum(low for low, _ in rooms) + left * lowest
        most = sum(high for _, high in rooms) + left * highest
        if least > total[1] or most < total[0]:
            raise Impossible
        for one in rooms:
            low, high = one
            one[0] = max(low, total[0] - (most - high))
            one[1] = min(high, total[1] - (least - low))
            least, most = least - low + one[0], most - high + one[1]
            if one[0] > one[1]:
                raise Impossible

    def _median(self, count: int, doubled: int) -> None:
        """Twice the median is the number of the lower one in the middle and of the upper one."""
        lower, upper = (count - 1) // 2, count // 2
        middle = self._members[lower : upper + 1]
        if len(middle) == upper - lower + 1:
            both = [self._members[lower], self._members[upper]]
            if lower == upper:
                self._fix(both[0], doubled)
            else:
                self._sum(both, 0, (doubled, doubled))
        elif self._last >= 0:
            # Who comes later has no lower number: so nobody so far is above it.
            least = self._rooms[middle[0]][0] if middle else None
            most = doubled // 2 if least is None else doubled - least
            self._rooms[self._last][1] = min(self._rooms[self._last][1], most)
            if middle:
                lower_room = self._rooms[middle[0]]
                lower_room[1] = min(lower_room[1], doubled - self._rooms[self._last][0])

    def _fix(self, at: int, doubled: int) -> None:
        room = self._rooms[at]
        if doubled % 2 or not room[0] <= doubled // 2 <= room[1]:
            raise Impossible
        room[0] = room[1] = doubled // 2
