"""Open an ACRO session: the files to be judged, each with what the record says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from output_checker.disclosure.errors import BadSpec, Unreadable
from output_checker.disclosure.readers import files, sandbox
from output_checker.disclosure.readers.acro_records import NOT_FOR_RELEASE, RECORD
from output_checker.disclosure.readers.artefacts import Session
from output_checker.disclosure.spec import SessionSpec

MAX_RECORD_BYTES: Final = 16 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """Attributes: `specs` maps each file to what the record says of it, in its order."""

    specs: Mapping[Path, SessionSpec]


def is_session(path: Path) -> bool:
    """Whether a path is the folder of a session, or its record."""
    return path.name == RECORD or (path / RECORD).is_file()


def open_session(path: Path) -> OpenedSession:
    """Read the record in the sandbox.

    Args:
        path: The folder that ACRO's `finalise` wrote, or the record in it.

    Raises:
        BadSpec: The record cannot be read, or is none of ACRO 1.
    """
    record = path if path.name == RECORD else path / RECORD
    try:
        document = sandbox.SHARED.read("acro", files.load(record, MAX_RECORD_BYTES).data)
    except Unreadable as refusal:
        raise BadSpec(f"{record.name}: {refusal.reason}") from None
    session = document.parts[0].artefact if document.parts else None
    if not isinstance(session, Session):
        raise BadSpec(f"{record.name}: the reader gave no usable answer")
    return OpenedSession(
        specs={
            record.parent / file.name: file.spec
            for file in session.files
            if file.name not in NOT_FOR_RELEASE
        }
    )
