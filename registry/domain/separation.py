"""Separation of duties: whom taking part keeps from judging, and when one who agrees is not enough.

The one place that says it; applications and their decisions ask here. Nothing here asks whether
somebody is an administrator: that gives no role of data.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet


def barred(people: AbstractSet[str], conflicts: AbstractSet[str]) -> frozenset[str]:
    """Whose votes and findings do not count, whatever their role.

    Args:
        people: The applicant and everybody who would work on the data.
        conflicts: Those who said that they must not judge it.
    """
    return frozenset(people | conflicts)


def why_not_judge(
    username: str, *, people: AbstractSet[str], conflicts: AbstractSet[str]
) -> str | None:
    """Why somebody has no say, in words; None where nothing bars them."""
    if username in people:
        return "Nobody judges an application that they take part in"
    if username in barred(people, conflicts):
        return "You said that a conflict of interest keeps you from judging this"
    return None


def needs_another(sides: Iterable[AbstractSet[str]], *, asking: AbstractSet[str]) -> bool:
    """Whether somebody else must agree too: all who do are of who asks, or may be.

    Somebody who works and acts for no known organisation counts as no independent approver, and
    so does everybody where it is not known who asks.

    Args:
        sides: For each of those who agree, the organisations that they work or act for.
        asking: The organisations that ask.
    """
    if not asking:
        return True
    return not any(side and not side & asking for side in sides)
