"""How many examples a property is tried on: all of them, or a tenth in the fast set."""

from hypothesis import settings

FAST = "fast"
_FEWER = 10


def examples(count: int) -> int:
    """`count`, or fewer where somebody waits for the answer."""
    return max(1, count // _FEWER) if settings.get_current_profile_name() == FAST else count
