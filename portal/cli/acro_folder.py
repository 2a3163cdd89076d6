"""The folder of an ACRO session, as `haven submit` takes it: each file with what is said of it.

Nothing of the record is believed: the worker recomputes every claim. Standard library only.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from output_checker.disclosure.readers.acro_records import NOT_FOR_RELEASE, RECORD, read
from output_checker.disclosure.readers.artefacts import Session
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
    folder = path.parent if path.name == RECORD else path
    try:
        session = read((folder / RECORD).read_bytes()).parts[0].artefact
    except OSError as error:
        raise WrongRequest(f"{folder / RECORD}: {error.strerror}") from None
    except Refusal as refusal:
        raise WrongRequest(f"{folder / RECORD}: {refusal}") from None
    assert isinstance(session, Session)
    found = [
        (folder / file.name, _spec(file.spec))
        for file in session.files
        if file.name not in NOT_FOR_RELEASE
    ]
    if not found:
        raise WrongRequest(f"{folder / RECORD} names no file; finalise the session again")
    yield from found


def _spec(said: SessionSpec) -> dict[str, Any]:
    document = asdict(said)
    return {"kind": "acro", "type": document.pop("kind"), **document}
