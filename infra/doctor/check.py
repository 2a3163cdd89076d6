"""What a check is: where it looks, what it means when it fails, and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from infra.errors import HavenError
from infra.instance import Instance


class NotWell(HavenError):
    """A look found something wrong; the message says what was seen."""


class Weight(StrEnum):
    """What follows when a check fails.

    A promise is void: `haven up` refuses to start. A fault is to be mended. Advice is counted by
    nobody: the installation keeps its promises without it.
    """

    PROMISE = "promise"
    FAULT = "fault"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to look at.

    Attributes:
        check_id: A letter for where it looks, and a number; never used for another check.
        means: What is lost while it fails.
        mend: What to do.
        look: Returns what was seen.
            Raises NotWell (or another HavenError) with what is wrong.
        before_start: Whether it can be looked at before the services run.
    """

    check_id: str
    title: str
    means: str
    mend: str
    weight: Weight
    look: Callable[[Instance], str]
    before_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a check found now."""

    check: Check
    well: bool
    seen: str
