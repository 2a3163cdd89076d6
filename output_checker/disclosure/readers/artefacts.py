"""What a reader makes of a file, and the check of what came back from the sandbox."""

import json
from dataclasses import dataclass
from typing import Any

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.spec import SessionSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Text as printed. Every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFile:
    name: str
    spec: SessionSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    files: tuple[SessionFile, ...]


Artefact = Table | Figure | Session


def from_child(answer: bytes) -> Artefact:
    """Trust nothing: the child may have been taken over by the file it read.

    Raises:
        Unreadable: The file was refused, or the answer is not one a reader gives.
    """
    try:
        document: Any = json.loads(answer)
    except (ValueError, RecursionError):
        raise Unreadable("the reader stopped before it had read the file") from None
    match document:
        case {"kind": "table", "header": list(header), "rows": list(rows)}:
            return _table(header, rows)
        case {"kind": "figure", "width": int(width), "height": int(height)}:
            return Figure(width=width, height=height)
        case {"kind": "session", "outputs": list(outputs)}:
            return _session(outputs)
        case {"kind": "refusal", "reason": str(reason), **rest}:
            rule = "hidden-part" if rest.get("rule") == "hidden-part" else "unreadable"
            raise Unreadable(reason[:300], rule=rule)
        case {"kind": "unprotected", "reason": str(reason)}:
            raise Unreadable(f"no file is read without the sandbox: {reason[:200]}")
        case _:
            raise Unreadable("the reader gave no usable answer")


def _table(header: list[Any], rows: list[Any]) -> Table:
    width = len(header)
    well_formed = all(type(name) is str for name in header) and all(
        type(row) is list and len(row) == width and all(type(cell) is str for cell in row)
        for row in rows
    )
    if not well_formed:
        raise Unreadable("the reader gave no usable answer")
    return Table(header=tuple(header), rows=tuple(tuple(row) for row in rows))


def _session(outputs: list[Any]) -> Session:
    found = []
    for output in outputs:
        match output:
            case {
                "type": str(kind), "status": str(status), "method": str(method),
                "mitigation": str(mitigation), "dependent": str(dependent),
                "independent": list(independent), "files": list(files),
            } if all(type(name) is str for name in independent):  # fmt: skip
                for file in files:
                    name, count = _session_file(file)
                    spec = SessionSpec(
                        kind=kind, status=status, method=method, mitigation=mitigation,
                        dependent=dependent or None, independent=tuple(independent),
                        unsafe_count=count,
                    )  # fmt: skip
                    found.append(SessionFile(name=name, spec=spec))
            case _:
                raise Unreadable("the reader gave no usable answer")
    return Session(files=tuple(found))


def _session_file(file: Any) -> tuple[str, int | None]:
    match file:
        case {"name": str(name), "unsafe_count": int() | None as count} if "/" not in name:
            return name, count
        case _:
            raise Unreadable("the reader gave no usable answer")
