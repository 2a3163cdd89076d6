"""From pixels to pictures that a browser draws; in threads, since the encoder lets go of the lock.

A session has one picture in the making at a time, so that none can keep the threads from others.
"""

import asyncio
import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from PIL import Image

from hub.gateway.pixel.rfb import Cursor, Rectangle
from hub.gateway.pixel.wire import Picture

# Text and tables stay sharp: without loss they take less than this. Photographs take more, and are
# then sent with loss, at a quarter of it.
LOSSLESS_BYTES_PER_PIXEL: Final = 0.4
SMALL_PIXELS: Final = 64 * 64
QUALITY: Final = 75


class Pictures:
    """Makes pictures for all sessions."""

    def __init__(self, threads: int | None = None) -> None:
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, "pictures")

    async def of(self, rectangles: Sequence[Rectangle]) -> list[Picture]:
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: [picture(rectangle) for rectangle in rectangles]
        )

    async def cursor(self, shape: Cursor) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._pool, cursor_png, shape)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def picture(rectangle: Rectangle) -> Picture:
    size = (rectangle.width, rectangle.height)
    image = Image.frombuffer("RGBX", size, rectangle.pixels, "raw", "RGBX", 0, 1)
    webp = _webp(image, lossless=True, quality=0)
    area = rectangle.width * rectangle.height
    if area > SMALL_PIXELS and len(webp) > area * LOSSLESS_BYTES_PER_PIXEL:
        webp = _webp(image, lossless=False, quality=QUALITY)
    return Picture(rectangle.x, rectangle.y, webp)


def cursor_png(shape: Cursor) -> bytes:
    """The pointer's picture; nothing when there is none to show."""
    if not shape.pixels:
        return b""
    size = (shape.width, shape.height)
    image = Image.frombytes("RGB", size, shape.pixels, "raw", "RGBX")
    image.putalpha(Image.frombytes("1", size, shape.mask, "raw", "1").convert("L"))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _webp(image: Image.Image, *, lossless: bool, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", lossless=lossless, quality=quality, method=0)
    return out.getvalue()
