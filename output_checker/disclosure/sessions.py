"""Open an ACRO session: the files to be judged, each with what the record says of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from output_checker.disclosure.errors import BadSpec, Unreadable
from output_checker.disclosure.readers import files, sandbox
from output_checker.disclosure.readers.acro_records import NOT_FOR_RELEASE, RECORD
from output_checker.disclosure.readers.artefacts import Session
from output_checker.disclosure.spec import SessionSpec

MAX_RECORD_BYTES: Final = 16 * 1024**2
MAX_FILES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """Every file of a session but its record, which is not an output.

    Attributes:
        specs: Each file to what the record says of it, in its order.
        others: Files that the record does not name, or says are not for release.
    """

    specs: Mapping[Path, SessionSpec]
    others: tuple[Path, ...]


def is_session(path: Path) -> bool:
    """Whether a path is the folder of a session, or its record."""
    return path.name == RECORD or (path / RECORD).is_file()


def open_session(path: Path) -> OpenedSession:
    """Read the record in the sandbox.

    Args:
        path: The folder that ACRO's `finalise` wrote, or the record in it.

    Raises:
        BadSpec: The record cannot be read, or is none of ACRO 1; or the folder holds too many
            files to be a session's.
    """
    record = path if path.name == RECORD else path / RECORD
    try:
        document = sandbox.SHARED.read("acro", files.load(record, MAX_RECORD_BYTES).data)
    except Unreadable as refusal:
        raise BadSpec(f"{record.name}: {refusal.reason}") from None
    session = document.parts[0].artefact if document.parts else None
    if not isinstance(session, Session):
        raise BadSpec(f"{record.name}: the reader gave no usable answer")
    specs = {
        record.parent / file.name: file.spec
        for file in session.files
        if file.name not in NOT_FOR_RELEASE
    }
    return OpenedSession(specs=specs, others=_others(record, specs))


def _others(record: Path, named: Collection[Path]) -> tuple[Path, ...]:
    found = [
        path
        for path in islice(record.parent.rglob("*"), MAX_FILES + 1)
        if path.is_symlink() or not path.is_dir()
    ]
    if len(found) > MAX_FILES:
        raise BadSpec(f"{record.name}: more than {MAX_FILES} files lie beside it")
    return tuple(sorted(path for path in found if path != record and path not in named))
