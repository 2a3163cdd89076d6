"""The folder of an ACRO session, as `haven submit` takes it: each file with what is said of it.

Nothing of the record is believed: the worker recomputes every claim. Standard library only.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from output_checker.disclosure.readers.acro_records import NOT_FOR_RELEASE, RECORD, read
from output_checker.disclosure.readers.artefacts import Session, SessionFile
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.spec import SessionSpec
from portal.cli.mailbox import WrongRequest


def is_session(path: Path) -> bool:
    """Whether a path is the folder that ACRO's `finalise` wrote, or the record in it."""
    return path.name == RECORD or (path / RECORD).is_file()


def session_files(path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every file of a session that is for release, and its spec.

    Raises:
        WrongRequest: The record cannot be read, is none of ACRO 1, or names nothing.
    """
    found = _session(path).files
    if not found:
        raise WrongRequest(f"{_folder(path) / RECORD} names no file; finalise the session again")
    yield from ((_folder(path) / file.name, _spec(file.spec)) for file in found)


def _folder(path: Path) -> Path:
    return path.parent if path.name == RECORD else path


def _session(path: Path) -> Session:
    """The record, of the files that are for release."""
    record = _folder(path) / RECORD
    try:
        session = read(record.read_bytes()).parts[0].artefact
    except OSError as error:
        raise WrongRequest(f"{record}: {error.strerror}") from None
    except Refusal as refusal:
        raise WrongRequest(f"{record}: {refusal}") from None
    assert isinstance(session, Session)
    return Session(files=tuple(one for one in session.files if one.name not in NOT_FOR_RELEASE))


def session_words(path: Path) -> str:
    """What the record says of the outputs in words: comments, and exceptions that it asks for.

    Raises:
        WrongRequest: As `session_files`.
    """
    return "\n".join(_words_of(file) for file in _session(path).files if file.said)


def _words_of(file: SessionFile) -> str:
    return f"{file.name}: {'; '.join(file.said)}"


def _spec(said: SessionSpec) -> dict[str, Any]:
    document = asdict(said)
    return {"kind": "acro", "type": document.pop("kind"), **document}
