"""Where a probe that cannot run becomes a result: broken, and so a failure."""

from collections.abc import Callable

from infra.probes.outcome import Pair, Seen

LONGEST_TEXT = 300


def tried(attempt: Callable[[], Pair]) -> Pair:
    try:
        return attempt()
    except Exception as error:  # noqa: BLE001  a probe that cannot run is reported, and fails
        text = f"{type(error).__name__}: {error}"
        return Pair(here=Seen(error=text[:LONGEST_TEXT]), control=Seen())
