"""What was decided about an application, and on which conditions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from registry.domain.names import POLICY, POLICY_WORDS
from registry.domain.release_terms import FEWEST_REVIEWS
from registry.domain.tier import Tier

MOST_CHECKERS: Final = 9


class RefusalCode(StrEnum):
    NO_LEGAL_POWER = "no_legal_power"
    NOT_PROPORTIONATE = "not_proportionate"
    MORE_THAN_NEEDED = "more_than_needed"
    PUBLISHED_ALREADY = "published_already"
    RISK_TO_INDIVIDUALS = "risk_to_individuals"
    PRIVACY_NOTICE = "privacy_notice"
    NOT_FEASIBLE = "not_feasible"
    INCOMPLETE = "incomplete"
    OTHER = "other"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Enforced(StrEnum):
    """What the system itself sees to. Whatever is said, the datasets' own terms hold too."""

    CHECKERS = "checkers"
    TIER = "tier"
    POLICY = "policy"
    ENDS_ON = "ends_on"
    WITHOUT_COLUMN = "without_column"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition.

    Attributes:
        enforced: How the system sees to it; None: a person confirms it.
        value: Of an enforced one: a number of checkers, a tier, a policy's name, a date, or a
            dataset's id and a column with a dot between.
        attested_by, attested_on: Who confirmed one that is not enforced, and as of which day.
    """

    words: str
    enforced: Enforced | None = None
    value: str = ""
    attested_by: str | None = None
    attested_on: date | None = None

    @property
    def is_met(self) -> bool:
        return self.enforced is not None or self.attested_by is not None

    def why_wrong(self) -> str | None:
        """Why it cannot be enforced as it is said; None when it can, or need not be."""
        if not self.words.strip():
            return "a condition needs words"
        if self.enforced is None or _CAN_BE[self.enforced](self.value):
            return None
        return f"{self.enforced.value.replace('_', ' ')}: {_MUST_BE[self.enforced]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision.

    Attributes:
        is_approval: False: refused; then `code` and `mitigation` are there.
        checkers: Who checks the project's outputs.
        mitigation: What would make another application succeed.
    """

    is_approval: bool
    by: str
    organisations: frozenset[str]
    at: datetime
    submission: int
    words: str = ""
    conditions: tuple[Condition, ...] = ()
    checkers: frozenset[str] = frozenset()
    code: RefusalCode | None = None
    mitigation: str = ""


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


def _is_count(said: str) -> bool:
    return said.isascii() and said.isdigit() and FEWEST_REVIEWS <= int(said) <= MOST_CHECKERS


_CAN_BE: Final[Mapping[Enforced, Callable[[str], bool]]] = {
    Enforced.CHECKERS: _is_count,
    Enforced.TIER: lambda said: said in {tier.value for tier in Tier},
    Enforced.POLICY: lambda said: re.fullmatch(POLICY, said) is not None,
    Enforced.ENDS_ON: _is_day,
    Enforced.WITHOUT_COLUMN: lambda said: all(said.partition(".")),
}
_MUST_BE: Final[Mapping[Enforced, str]] = {
    Enforced.CHECKERS: f"must be {FEWEST_REVIEWS} to {MOST_CHECKERS}",
    Enforced.TIER: "must be pixel or browser",
    Enforced.POLICY: POLICY_WORDS,
    Enforced.ENDS_ON: "must be a date such as 2027-01-31",
    Enforced.WITHOUT_COLUMN: "must be a dataset's id and a column, with a dot between",
}
