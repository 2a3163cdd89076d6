"""What readers make of a file: the few kinds of thing that rules, leak search and pages know.

A document is its parts in reading order. A part that nobody sees who opens the file, such as a
hidden sheet, is one like the others and says why it is hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from output_checker.disclosure.spec import SessionSpec

if TYPE_CHECKING:
    from output_checker.disclosure.cells import Cells


@dataclass(frozen=True, kw_only=True)
class Table:
    """Text as printed. Every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    @cached_property
    def cells(self) -> "Cells":
        """The same with each different text once."""
        # A reader's process has no room for what this loads, and no use for it.
        from output_checker.disclosure.cells import Cells

        return Cells.of(self.header, self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Prose, a log, code: lines as printed.

    Attributes: `language` of code as Pygments calls it, where its reader knows; `markdown` too.
    """

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture to be looked at.

    Attributes:
        width, height: In pixels; 0 where it has no size of its own.
        media: What browsers call its format.
        content: The picture itself where it lies in something else; empty where it is the file.
    """

    width: int
    height: int
    media: str = "image/png"
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label of an axis. Attributes: `at` is where it is drawn, in units of the page."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing by coordinates.

    Attributes:
        series: Points of one mark or line each, in units of the page.
        x_ticks, y_ticks: From which coordinates are read as values; empty when there are none.
    """

    series: tuple[tuple[tuple[float, float], ...], ...]
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A fitted model, walked and never run.

    Attributes:
        names: Classes and functions that it is made of, dotted, in order of appearance.
        settings: Single numbers and short texts by name, such as `min_samples_leaf`.
        leaves: People in each leaf of its trees, where it says so.
    """

    names: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    leaves: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    """Numbers or texts that a model or archive holds, without being printed.

    Attributes:
        name: Of the attribute or member that holds it.
        shape: As it says of itself; `rows` may hold fewer.
        rows: As tables have them, a vector as one column.
    """

    name: str
    shape: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def table(self) -> Table:
        width = len(self.rows[0]) if self.rows else 0
        return Table(header=tuple(f"column {at + 1}" for at in range(width)), rows=self.rows)

    @property
    def headed(self) -> Table:
        """With its first row as names, where that holds no figure and the next does."""
        if len(self.rows) > 1 and not _has_figures(self.rows[0]) and _has_figures(self.rows[1]):
            return Table(header=self.rows[0], rows=self.rows[1:])
        return self.table


def _has_figures(row: tuple[str, ...]) -> bool:
    return any(cell[:1].isdigit() for cell in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFile:
    """Attributes: `said` is what its person wrote of it, a line each; shown, never believed."""

    name: str
    spec: SessionSpec
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The record of an ACRO session; never itself an output."""

    files: tuple[SessionFile, ...]


Artefact = Table | Text | Image | Figure | Model | Array | Session


class NoteKind(StrEnum):
    """What a reader notices about a file beyond its parts."""

    HIDDEN = "hidden-part"
    METADATA = "metadata"
    EXTERNAL = "external-link"
    CODE = "code"
    ENCRYPTED = "encrypted"
    POLYGLOT = "polyglot"
    NAMES = "misleading-name"
    UNREAD = "unread-part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Attributes: `reason` is in words, with counts and positions and never the file's text."""

    kind: NoteKind
    reason: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing in a file.

    Attributes:
        place: Where, in words: `sheet 2`, `cell 4, output 1`; "" for the file itself.
        hidden: Why who opens the file does not see it: `a hidden sheet`; "" for what is seen.
    """

    artefact: Artefact
    place: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    parts: tuple[Part, ...] = ()
    notes: tuple[Note, ...] = field(default=())
