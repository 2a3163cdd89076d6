"""JSON and JSON lines: tables and texts of the values that stand in it."""

from output_checker.disclosure.readers import json_values
from output_checker.disclosure.readers.artefacts import Document, Note, NoteKind
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.texts import decoded, warm

__all__ = ["read", "warm"]


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    text, said = decoded(data)
    try:
        value = json_values.parse(text)
    except Refusal:
        value = _lines(text)
    notes = (Note(kind=NoteKind.UNREAD, reason=said),) if said else ()
    return Document(parts=tuple(json_values.parts_of(value)), notes=notes)


def _lines(text: str) -> list[object]:
    """One value a line, as logs and exports have it. Raises: Refusal."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                found.append(json_values.parse(line))
            except Refusal as refused:
                words = refused.reason.replace("line 1", f"line {number}")
                raise Refusal(words, refused.rule) from None
    return found
