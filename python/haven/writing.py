"""Tables of a notebook as files in the outputs folder: only files can be submitted."""

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import pandas as pd

from haven.checking import CheckedTable, as_printed
from haven.fixing import Versions
from output_checker.disclosure.model import Report, Verdict
from portal.cli.mailbox import WrongRequest

Spec = Mapping[str, Any] | None

_SUFFIX: Final = ".csv"
# The worker judges it; here nobody has.
_UNCHECKED: Final = Report(verdict=Verdict.FAIL, policy="", files=())


def written(outputs: Path, given: Any, spec: Spec = None) -> Iterator[Path]:
    """Files as they are named; tables once they are written, each with its spec where it has one.

    Args:
        outputs: The outputs folder.
        given: A path, a frame, a checked table, an ACRO session, several of them, or a mapping
            from names of files to tables.
        spec: What the frames among them are.

    Raises:
        WrongRequest: It is none of these, or cannot be written.
    """
    if isinstance(given, str | Path):
        yield Path(given)
    elif isinstance(given, Versions):
        raise WrongRequest("of several versions of a table submit one, such as versions[0]")
    elif isinstance(given, Mapping):
        for name, table in given.items():
            yield _write(_named(outputs, str(name)), _checkable(table, spec))
    elif isinstance(given, list | tuple):
        for one in given:
            yield from written(outputs, one, spec)
    elif _is_acro_session(given):
        yield _finalised(outputs, given)
    else:
        table = _checkable(given, spec)
        yield _write(_free(outputs, table), table)


def _checkable(table: Any, spec: Spec) -> CheckedTable:
    if isinstance(table, CheckedTable):
        return table
    if isinstance(table, pd.DataFrame | pd.Series):
        return CheckedTable(table=as_printed(table), report=_UNCHECKED, spec=spec or {})
    kind = type(table).__name__
    raise WrongRequest(f"a {kind} cannot be submitted; give names of files, or tables")


def _write(place: Path, table: CheckedTable) -> Path:
    try:
        for path, text in table.texts(place).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongRequest(f"{place} cannot be written: {error.strerror}") from None
    return place


def _named(outputs: Path, name: str) -> Path:
    place = outputs / name
    if not place.resolve().is_relative_to(outputs.resolve()):
        raise WrongRequest(f"{name} is not beneath {outputs}")
    if place.suffix.lower() != _SUFFIX:
        raise WrongRequest(f"{name}: tables are written as CSV; name it {name}{_SUFFIX}")
    return place


def _free(outputs: Path, table: CheckedTable) -> Path:
    """The first of table.csv, table-2.csv, ... that is not there, or is this very table."""
    for number in count(1):
        place = outputs / f"table{'' if number == 1 else f'-{number}'}{_SUFFIX}"
        if not place.exists() or _holds(table.texts(place)):
            return place
    raise AssertionError


def _holds(texts: Mapping[Path, str]) -> bool:
    return all(
        path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text
        for path, text in texts.items()
    )


def _is_acro_session(given: Any) -> bool:
    """Told by what it can do: ACRO itself need not be installed."""
    return callable(getattr(given, "finalise", None)) and hasattr(given, "results")


def _finalised(outputs: Path, session: Any) -> Path:
    for number in count(1):
        folder = outputs / f"acro{'' if number == 1 else f'-{number}'}"
        if not folder.exists():
            break
    else:
        raise AssertionError
    session.finalise(path=str(folder))
    if not folder.is_dir():
        raise WrongRequest("ACRO wrote no record of the session; see what it said above")
    return folder
