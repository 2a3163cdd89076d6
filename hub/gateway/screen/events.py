"""JupyterLab's event stream: small objects of known kinds, and nothing else."""

from typing import Any, Final

from hub.gateway.bucket import TokenBucket
from hub.gateway.screen import wire
from hub.gateway.screen.outputs import size

MAX_BYTES: Final = 2048
_BYTES_PER_SECOND, _BURST_BYTES = 2048, 64 * 1024
_FIELDS: Final = frozenset({
    "__schema__", "__schema_version__", "__metadata_version__", "__timestamp__", "schema_id",
    "action", "path", "source_path", "msg", "kernel_id", "kernel_name", "state", "status",
    "status_code",
})  # fmt: skip


class EventScreen:
    """Nothing goes up, since only the workspace has events; little comes down."""

    dropped = 0

    def __init__(self) -> None:
        self._rate = TokenBucket(bytes_per_second=_BYTES_PER_SECOND, burst_bytes=_BURST_BYTES)

    async def from_workspace(self, raw: str | bytes) -> list[str | bytes]:
        event = self._judged(raw)
        if event is None or not self._rate.take_now(len(event)):
            self.dropped += 1
            return []
        return [event]

    def from_browser(self, _raw: str | bytes) -> tuple[str | bytes | None, list[str | bytes]]:
        self.dropped += 1
        return None, []

    def say(self, _words: str) -> None:
        return None

    def _judged(self, raw: str | bytes) -> str | None:
        if isinstance(raw, bytes) or len(raw) > MAX_BYTES * 4:
            return None
        try:
            event: Any = wire.parse(raw)
        except wire.Undecodable:
            return None
        if not isinstance(event, dict):
            return None
        kept = {name: part for name, part in event.items() if name in _FIELDS}
        plain = all(isinstance(part, str | int | float | None) for part in kept.values())
        return wire.compact(kept).decode() if plain and size(kept) <= MAX_BYTES else None
