"""The folder of an ACRO session, as `haven submit` takes it: each file with what is said of it.

Nothing of the record is believed: the worker recomputes every claim. Standard library only.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.readers.acro_records import NOT_FOR_RELEASE, RECORD, read
from output_checker.disclosure.readers.refusal import Refusal
from portal.cli.mailbox import WrongRequest

_SAID: Final = ("type", "status", "method", "mitigation", "dependent", "independent")


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
        outputs = read((folder / RECORD).read_bytes())["outputs"]
    except OSError as error:
        raise WrongRequest(f"{folder / RECORD}: {error.strerror}") from None
    except Refusal as refusal:
        raise WrongRequest(f"{folder / RECORD}: {refusal}") from None
    found = [
        (folder / file["name"], _spec(output, file["unsafe_count"]))
        for output in outputs
        for file in output["files"]
        if file["name"] not in NOT_FOR_RELEASE
    ]
    if not found:
        raise WrongRequest(f"{folder / RECORD} names no file; finalise the session again")
    yield from found


def _spec(output: dict[str, Any], unsafe_count: int | None) -> dict[str, Any]:
    return {
        "kind": "acro",
        **{key: output[key] for key in _SAID},
        "dependent": output["dependent"] or None,
        "unsafe_count": unsafe_count,
    }
