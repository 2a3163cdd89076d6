"""Which keys and buttons are down, so that none stays down when its person is gone."""

from hub.gateway.pixel import rfb
from hub.gateway.pixel.wire import Key, Pointer

# More than anybody has fingers; beyond it the oldest is let go.
MOST_KEYS = 32


class Held:
    def __init__(self) -> None:
        self._keys: dict[int, None] = {}
        self._pointer = Pointer(0, 0, 0)

    def key(self, key: Key) -> bytes:
        """What to tell the screen of a key."""
        if not key.down:
            self._keys.pop(key.keysym, None)
            return rfb.key(key.keysym, down=False)
        self._keys[key.keysym] = None
        surplus = b""
        if len(self._keys) > MOST_KEYS:
            oldest = next(iter(self._keys))
            del self._keys[oldest]
            surplus = rfb.key(oldest, down=False)
        return surplus + rfb.key(key.keysym, down=True)

    def pointer(self, pointer: Pointer, size: rfb.Size) -> bytes:
        """What to tell the screen of the pointer, which stays within it."""
        x, y = min(pointer.x, size.width - 1), min(pointer.y, size.height - 1)
        self._pointer = Pointer(x, y, pointer.buttons)
        return rfb.pointer(x, y, pointer.buttons)

    def release(self) -> bytes:
        told = b"".join(rfb.key(keysym, down=False) for keysym in self._keys)
        self._keys.clear()
        if self._pointer.buttons:
            told += rfb.pointer(self._pointer.x, self._pointer.y, 0)
            self._pointer = Pointer(self._pointer.x, self._pointer.y, 0)
        return told
