"""Pictures in outputs: which bytes are kept to be looked at, and how they are shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.model import FileReport, Preview
from output_checker.disclosure.readers import kinds
from output_checker.domain.errors import NotFound
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.output_file import OutputFile

# What a browser draws without running or fetching anything, when told so.
MEDIA: Final = frozenset({"image/png", "image/jpeg", "image/svg+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Attributes: `part` of the file; `media` as browsers call it; `sha256` of its bytes."""

    part: int
    media: str
    sha256: str


def whole(file: OutputFile) -> Picture | None:
    """The picture that a file is by its name. What is looked at is then what would be released."""
    try:
        media = kinds.kind_of(file.name).media
    except Unreadable:
        return None
    return Picture(part=0, media=media, sha256=file.sha256) if media and file.previews else None


def inside(report: FileReport) -> Iterator[tuple[int, bytes]]:
    """Pictures that a reader found within a file, by part."""
    for part, preview in enumerate(report.previews):
        if preview.picture:
            yield part, preview.picture


def about(preview: Preview) -> dict[str, str]:
    """What is remembered of a picture, besides its bytes."""
    return {"sha256": sha256_hex(preview.picture)} if preview.picture else {}


def picture(file: OutputFile, part: int) -> Picture:
    """Raises: NotFound, where that part is no picture."""
    found = whole(file)
    if found is not None and part == 0:
        return found
    previews: Sequence[object] = file.previews
    match previews[part] if 0 <= part < len(previews) else None:
        case {"kind": "image", "media": str(media), "sha256": str(sha256)} if media in MEDIA:
            return Picture(part=part, media=media, sha256=sha256)
        case _:
            raise NotFound("This is not a picture")
