"""The accounts of the isolation probes: they have no data but their own, which means nothing."""

from typing import Final

FIRST: Final = "prober"
SECOND: Final = "second-prober"
USERNAMES: Final = frozenset({FIRST, SECOND})
