"""What changed between two texts, line by line, with a few lines around each change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

# Aligning takes time that grows with the square of this, of lines that repeat each other.
MAX_ALIGNED: Final = 4_000
_AROUND: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """Attributes: `old` and `new` are numbers of lines from 1, None where it is not there."""

    kind: str
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChanges:
    """The differences of two texts.

    Attributes:
        blocks: Changed lines with those around them; what lies between blocks is the same.
        is_aligned: False where there was too much to align, so that lines were compared by number.
    """

    blocks: tuple[tuple[LineChange, ...], ...]
    added: int
    removed: int
    is_aligned: bool


# What happened, and from where to where in the old lines and in the new ones.
Code = tuple[str, int, int, int, int]


def text_changes(old: Sequence[str], new: Sequence[str]) -> TextChanges:
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    is_aligned = max(len(was), len(now)) <= MAX_ALIGNED
    codes = SequenceMatcher(None, was, now).get_opcodes() if is_aligned else _by_number(was, now)
    moved: list[Code] = [("equal", 0, start, 0, start)]
    moved += [(tag, a + start, b + start, c + start, d + start) for tag, a, b, c, d in codes]
    moved.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    lines = list(_lines(moved, old, new))
    return TextChanges(
        blocks=tuple(_blocks(lines)),
        added=sum(line.kind == "added" for line in lines),
        removed=sum(line.kind == "removed" for line in lines),
        is_aligned=is_aligned,
    )


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same from the first on."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _by_number(was: Sequence[str], now: Sequence[str]) -> Iterator[Code]:
    common = min(len(was), len(now))
    for at in range(common):
        yield "equal" if was[at] == now[at] else "replace", at, at + 1, at, at + 1
    yield "replace", common, len(was), common, len(now)


def _lines(codes: Sequence[Code], old: Sequence[str], new: Sequence[str]) -> Iterator[LineChange]:
    for tag, a, b, c, d in codes:
        if tag == "equal":
            for at in range(b - a):
                yield LineChange(kind="same", old=a + at + 1, new=c + at + 1, text=new[c + at])
            continue
        for at in range(a, b):
            yield LineChange(kind="removed", old=at + 1, new=None, text=old[at])
        for at in range(c, d):
            yield LineChange(kind="added", old=None, new=at + 1, text=new[at])


def _blocks(lines: Sequence[LineChange]) -> Iterator[tuple[LineChange, ...]]:
    wanted: set[int] = set()
    for at, line in enumerate(lines):
        if line.kind != "same":
            wanted.update(range(max(at - _AROUND, 0), min(at + _AROUND + 1, len(lines))))
    block: list[LineChange] = []
    for at, line in enumerate(lines):
        if at in wanted:
            block.append(line)
        elif block:
            yield tuple(block)
            block = []
    if block:
        yield tuple(block)
