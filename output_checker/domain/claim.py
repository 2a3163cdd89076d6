"""Who of the checkers said that they look at a request."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A checker's claim. `word` is what they said to the one whose place they took, if any."""

    checker: str
    at: datetime
    instead_of: str = ""
    word: str = ""
