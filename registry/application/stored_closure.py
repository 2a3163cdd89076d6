"""What becomes of a project's files, as the database keeps it."""

from collections.abc import Mapping
from typing import Any

from registry.domain.closure import Closure, ClosureMode


def closure_to_stored(closure: Closure | None) -> dict[str, Any] | None:
    if closure is None:
        return None
    return {"mode": closure.mode.value, "retain_days": closure.retain_days}


def closure_from_stored(stored: Mapping[str, Any] | None) -> Closure | None:
    if stored is None:
        return None
    return Closure(mode=ClosureMode(stored["mode"]), retain_days=stored["retain_days"])
