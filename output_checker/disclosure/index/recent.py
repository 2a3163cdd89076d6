"""Indexes that were asked last, in memory: the next output is often of the same data."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from output_checker.disclosure.index.columns import Index

MOST_BYTES: Final = 512 * 1024**2


class Recent:
    """The last ones, as many as have `most_bytes` together. Safe to use from several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._indexes: OrderedDict[str, Index] = OrderedDict()
        self._lock = Lock()

    def get(self, version: str) -> Index | None:
        return self._indexes.get(version)

    def put(self, version: str, index: Index) -> None:
        with self._lock:
            self._indexes[version] = index
            self._indexes.move_to_end(version)
            # It grows while it is asked.
            sizes = {one: kept.count_bytes() for one, kept in self._indexes.items()}
            while sum(sizes.values()) > self._most_bytes:
                oldest, _ = self._indexes.popitem(last=False)
                del sizes[oldest]
