"""Hold the files of a re-run against those that were submitted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from output_checker.application.comparing.likeness import Likeness, likeness, of_pixels
from output_checker.application.rerun_ports import Reading
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import kinds
from output_checker.domain.output_file import OutputFile
from output_checker.domain.rerun import FileOutcome, Outcome

# Readers see all of the values in these. Of others, such as drawings, they leave out how it looks,
# and of archives and models much of what is there.
_WHOLLY_READ: Final = frozenset({
    "csv", "json", "xlsx", "ods", "npy", "npz", "parquet", "feather", "stata", "spss", "sas", "r",
    "safetensors",
})  # fmt: skip
_PICTURES: Final = frozenset({"png", "jpeg"})
_UNREAD: Final = Likeness(outcome=Outcome.DIFFERS, different=1, units="parts")


def compare(
    reading: Reading,
    files: Sequence[OutputFile],
    was: Callable[[OutputFile], bytes],
    now: Mapping[str, bytes],
) -> list[FileOutcome]:
    """One outcome a file.

    Args:
        files: Those that would leave.
        was: The bytes that were submitted.
        now: What the re-run made, by path.
    """
    return [_of_file(reading, file, was(file), now.get(file.name)) for file in files]


def _of_file(reading: Reading, file: OutputFile, was: bytes, now: bytes | None) -> FileOutcome:
    if now is None:
        return FileOutcome(position=file.position, outcome=Outcome.MISSING)
    found = Likeness(outcome=Outcome.REPRODUCED) if was == now else _of_bytes(
        reading, file.name, was, now
    )  # fmt: skip
    return FileOutcome(
        position=file.position,
        outcome=found.outcome,
        different=found.different,
        units=found.units,
    )


def _of_bytes(reading: Reading, name: str, was: bytes, now: bytes) -> Likeness:
    try:
        kind = kinds.kind_of(name).name
    except Unreadable:
        return _UNREAD
    documents = reading.document(name, was), reading.document(name, now)
    if documents[0] is None or documents[1] is None:
        return _UNREAD
    if kind in _PICTURES:
        # What the files say of their size, then what they show.
        found = documents[0] == documents[1]
        return of_pixels(reading.pixels(was), reading.pixels(now)) if found else _UNREAD
    found_parts = likeness(documents[0], documents[1], reading.pixels)
    if found_parts.outcome is Outcome.REPRODUCED and kind not in _WHOLLY_READ:
        return Likeness(outcome=Outcome.EQUIVALENT)
    return found_parts
