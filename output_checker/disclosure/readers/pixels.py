"""PNG and JPEG pictures to their pixels, to hold two of them against each other."""

import io
from typing import Final

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from output_checker.disclosure.readers.artefacts import Document, Image, Part
from output_checker.disclosure.readers.refusal import Refusal

MEDIA: Final = "image/x-rgba"
# A picture of 4,000 x 2,000; more is compared by its bytes alone.
MAX_PIXELS: Final = 8_000_000
_FORMATS: Final = ("PNG", "JPEG")


def warm() -> None:
    """Load what opening a picture would take from the disk."""
    Pillow.preinit()


def read(data: bytes) -> Document:
    """A picture whose content is red, green, blue and alpha of each pixel, line by line.

    Args: the whole file. Raises: Refusal.
    """
    try:
        with Pillow.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise Refusal(f"the picture has more than {MAX_PIXELS} pixels")
            content = picture.convert("RGBA").tobytes()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Refusal("the picture cannot be decoded") from None
    shown = Image(width=width, height=height, media=MEDIA, content=content)
    return Document(parts=(Part(artefact=shown),))
