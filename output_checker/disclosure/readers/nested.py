"""Files inside files: read by the reader of their kind, within the same confined process."""

import importlib
import sys
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from typing import Any, Final, TypeVar

from output_checker.disclosure.readers import kinds
from output_checker.disclosure.readers.artefacts import Document, Image, Note, Part
from output_checker.disclosure.readers.refusal import Refusal

MOST_DEEP: Final = 4
_Placed = TypeVar("_Placed", Part, Note)
_depth: ContextVar[int] = ContextVar("depth", default=0)
_warmed: set[str] = set()


def warm() -> None:
    """Load every reader: which ones a file needs is known too late.

    One whose library is not there reads nothing, and hinders no other.
    """
    for kind in kinds.KINDS:
        module = _module(kind.name)
        if kind.name not in _warmed:
            _warmed.add(kind.name)
            with suppress(ImportError):
                getattr(module, "warm", lambda: None)()
                getattr(module, "warm_for", lambda _: None)(sys.maxsize)


def read(kind: str, data: bytes, place: str) -> Document:
    """The parts and notes of a file that lies at a place. Raises: Refusal."""
    depth = _depth.get()
    if depth >= MOST_DEEP:
        raise Refusal(f"files lie in files more than {MOST_DEEP} deep")
    token = _depth.set(depth + 1)
    try:
        document = _module(kind).read(data)
    except Refusal as refused:
        raise Refusal(f"{place}: {refused.reason}", refused.rule) from None
    finally:
        _depth.reset(token)
    return Document(
        parts=tuple(_placed(_shown(part, data), place) for part in document.parts),
        notes=tuple(_placed(note, place) for note in document.notes),
    )


@cache
def _module(kind: str) -> Any:
    return importlib.import_module(kinds.BY_NAME[kind].path)


def _shown(part: Part, data: bytes) -> Part:
    """A picture that is the whole of a nested file carries it along: nobody else has its bytes."""
    if isinstance(part.artefact, Image) and not part.place:
        return replace(part, artefact=replace(part.artefact, content=data))
    return part


def _placed(one: _Placed, place: str) -> _Placed:
    return replace(one, place=", ".join(name for name in (place, one.place) if name))
