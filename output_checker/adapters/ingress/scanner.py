"""Files that come in, read where hostile bytes are, by the readers that read outputs."""

import csv
import io
from typing import Final

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import kinds, sandbox
from output_checker.disclosure.readers.artefacts import Document, NoteKind, Part, Table, Text
from output_checker.domain.ingress import Scan, ScanNote

# What nobody can answer for: it was not read, or is not what it says it is.
_STOPS: Final = frozenset({NoteKind.ENCRYPTED, NoteKind.POLYGLOT, NoteKind.NAMES, NoteKind.UNREAD})
MOST_SHOWN: Final = 64 * 1024
MOST_NOTES: Final = 50
_MOST_ROWS: Final = 200


class SandboxScanner:
    def scan(self, name: str, content: bytes) -> Scan:
        """What a file holds; a file that cannot be read whole is stopped, in words."""
        try:
            kind = kinds.kind_of(name)
            _require_readable_size(kind, content)
            kinds.require_beginning(kind, content)
            document = sandbox.SHARED.read(kind.name, content)
        except Unreadable as reason:
            return Scan(stops=f"It could not be read: {reason.reason}")
        return _scan_of(kind.name, document)


def _require_readable_size(kind: kinds.Kind, content: bytes) -> None:
    if len(content) > kind.most_bytes:
        raise Unreadable(f"files of this kind may have at most {kind.most_bytes} bytes")


def _scan_of(kind: str, document: Document) -> Scan:
    for note in document.notes:
        if note.kind in _STOPS:
            return Scan(kind=kind, stops=f"It is not let in: {note.reason}")
    if not document.parts:
        return Scan(kind=kind, stops="It could not be read: nothing was found in it")
    notes = [
        *(ScanNote(kind=one.kind, reason=one.reason, place=one.place) for one in document.notes),
        *(
            ScanNote(kind=NoteKind.HIDDEN, reason=part.hidden, place=part.place)
            for part in document.parts
            if part.hidden
        ),
    ]
    if len(notes) > MOST_NOTES:
        more = f"and {len(notes) - MOST_NOTES} more"
        notes = [*notes[:MOST_NOTES], ScanNote(kind="more", reason=more)]
    excerpt, is_whole = _excerpt(document)
    return Scan(kind=kind, notes=tuple(notes), excerpt=excerpt, is_whole=is_whole)


def _excerpt(document: Document) -> tuple[str, bool]:
    shown = [_shown(part) for part in document.parts]
    text = "\n".join(words for words, _ in shown)
    is_whole = all(is_all for _, is_all in shown) and len(text) <= MOST_SHOWN
    return _storable(text[:MOST_SHOWN]), is_whole


def _shown(part: Part) -> tuple[str, bool]:
    """A part as text, and whether that is all of it: pictures and models have no words."""
    heading = f"[{part.place}]\n" if part.place else ""
    match part.artefact:
        case Text(text=text):
            return heading + text, True
        case Table(header=header, rows=rows):
            lines = io.StringIO()
            csv.writer(lines, lineterminator="\n").writerows([header, *rows[:_MOST_ROWS]])
            return heading + lines.getvalue(), len(rows) <= _MOST_ROWS
        case _:
            return f"{heading}(nothing that can be shown as text)\n", False


def _storable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
