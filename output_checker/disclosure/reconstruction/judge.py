"""Whether published statistics give people away: who is in every population that they leave."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Final

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.reconstruction.search import Person, Population, Search
from output_checker.disclosure.reconstruction.statistics import Told
from output_checker.disclosure.suppression.equations import TooHard
from output_checker.disclosure.suppression.published import CannotAudit

MOST_POPULATIONS: Final = 2_000
_FROM_THE_END: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconstructed:
    """What a reader of the statistics can work out.

    Attributes:
        people: How many the statistics are about.
        populations: How many were found that have all of the statistics.
        certain: People who are in each of them, with all their labels and their number.
        is_complete: Whether these are all populations that there are.
    """

    people: int
    populations: int
    certain: int
    is_complete: bool

    @property
    def verdict(self) -> Verdict:
        """Who is in some populations only is not given away, whatever else there may be."""
        if not self.certain and self.populations:
            return Verdict.PASS
        return Verdict.FAIL if self.is_complete else Verdict.REVIEW


def reconstructed(told: Told, most: int = MOST_POPULATIONS) -> Reconstructed:
    """Look for populations until nobody is in all of them, or there are no more.

    Raises: CannotAudit, when no population has these statistics.
    """
    certain: Counter[Person] | None = None
    count, is_complete = 0, False
    found = Search(told=told).populations()
    # Neighbours in the search have people in common, so a few from its other end come first.
    other = Search(told=told, is_turned=True).populations()
    try:
        for one in islice(other, _FROM_THE_END):
            certain = _in_both(certain, one)
        for one in islice(found, most):
            count += 1
            certain = _in_both(certain, one)
            if not certain:
                break
        is_complete = bool(certain) and next(found, None) is None
    except TooHard:
        is_complete = False
    else:
        if certain is None:
            raise CannotAudit("no population has these statistics: one of them is wrong")
    return Reconstructed(
        people=told.people,
        populations=count,
        certain=sum(certain.values()) if certain is not None else 0,
        is_complete=is_complete,
    )


def _in_both(certain: Counter[Person] | None, one: Population) -> Counter[Person]:
    return Counter(one) if certain is None else certain & Counter(one)


_MEND: Final = "Publish fewer of them, round them, or take groups of more people."


def as_text(found: Reconstructed) -> str:
    return f"{found.verdict.upper()}  {_said(found)}"


def _said(found: Reconstructed) -> str:
    if found.verdict is Verdict.PASS:
        return "nobody is the same in all populations that have these statistics"
    if not found.is_complete:
        return (
            f"{found.populations} populations have these statistics, and more may; the search did "
            f"not finish, so whether anybody is given away could not be worked out\n{_MEND}"
        )
    if found.populations == 1:
        return (
            f"one population only has these statistics: all {found.people} people are given "
            f"away, with all that the statistics are about\n{_MEND}"
        )
    return (
        f"{found.populations} populations have these statistics: {found.certain} of "
        f"{found.people} people are the same in all, and so given away\n{_MEND}"
    )


def as_json(found: Reconstructed) -> dict[str, object]:
    return {
        "verdict": found.verdict.value,
        "people": found.people,
        "populations": found.populations,
        "certain": found.certain,
        "is_complete": found.is_complete,
    }
