"""Prose, logs and code: lines of text, with nothing in them that is not shown."""

from typing import Final

from output_checker.disclosure.readers.artefacts import Document, Note, NoteKind, Part, Text
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.texts import decoded, warm

__all__ = ["read", "warm"]

MAX_CHARACTERS: Final = 4_000_000
MAX_LINE: Final = 100_000


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    text, said = decoded(data)
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"{len(text)} characters; at most {MAX_CHARACTERS} can be checked")
    longest = max(map(len, text.splitlines()), default=0)
    if longest > MAX_LINE:
        raise Refusal(f"a line of {longest} characters; at most {MAX_LINE} can be checked")
    notes = (Note(kind=NoteKind.UNREAD, reason=said),) if said else ()
    return Document(parts=(Part(artefact=Text(text=text)),), notes=notes)
