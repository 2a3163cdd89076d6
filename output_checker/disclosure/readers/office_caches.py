"""What Office keeps of data beside what it shows: behind pivot tables, and in charts."""

import re
from collections.abc import Collection
from itertools import zip_longest
from typing import Final

from output_checker.disclosure.readers.artefacts import Part, Table, Text
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.sheets import MAX_CELLS
from output_checker.disclosure.readers.xml_words import Element, lines, whole

_REFERENCE: Final = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[\w.]+))!\$?[A-Z]*\$?\d*(?::\$?[A-Z]*\$?\d*)?"
)
_PIVOT = "the data that a pivot table was made of"


class Records:
    """The rows of a pivot cache, whose values are in place or refer to a list of the field."""

    def __init__(self, shared: list[list[str]]) -> None:
        self.rows: list[tuple[str, ...]] = []
        self._shared = shared
        self._row: list[str] = []
        self._count = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "r":
            self._row = []
        elif name in ("x", "n", "s", "d", "b", "e", "m"):
            said = given.get("v", "")
            self._row.append(self._resolved(said) if name == "x" else said)
            self._count += 1
            if self._count > MAX_CELLS:
                raise Refusal(f"more than {MAX_CELLS} values behind a pivot table")

    def say(self, text: str) -> None: ...

    def end(self, name: str) -> None:
        if name == "r":
            self.rows.append(tuple(self._row))

    def _resolved(self, said: str) -> str:
        field, at = len(self._row), whole(said)
        if at is None or field >= len(self._shared) or at >= len(self._shared[field]):
            raise Refusal("a pivot table refers to a value that is not there")
        return self._shared[field][at]


def fields(definition: Element) -> tuple[list[str], list[list[str]]]:
    """Names of the fields of a pivot cache, and the values that each lists."""
    names, shared = [], []
    for one in definition.all("cacheField"):
        names.append(one.given.get("name", ""))
        items = one.first("sharedItems")
        shared.append([item.given.get("v", "") for item in items.children] if items else [])
    return names, shared


def pivot(names: list[str], shared: list[list[str]], rows: list[tuple[str, ...]],
          place: str) -> list[Part]:  # fmt: skip
    """The rows as a table; where a book keeps none, the values that the fields list."""
    if not rows:
        told = ["  ".join(one) for one in zip_longest(*shared, fillvalue="")]
        text = Text(text="\n".join(["  ".join(names), *told]))
        return [Part(artefact=text, place=place, hidden=_PIVOT)]
    width = max(len(names), *map(len, rows))
    header = (*names, *[""] * (width - len(names)))
    padded = tuple((*row, *[""] * (width - len(row))) for row in rows)
    return [Part(artefact=Table(header=header, rows=padded), place=place, hidden=_PIVOT)]


def chart(root: Element, place: str, names: Collection[str] | None) -> list[Part]:
    """The points of a chart, one a line over all its series, then its words.

    Args: names: Of the sheets that its points may come from; None where that is not known.
    """
    columns: list[dict[str, str]] = []
    words: list[str] = []
    for holder in _holders(root):
        points = [one for one in holder.children if one.name == "pt"]
        if len(points) == 1:
            words.append(points[0].text.strip())
        else:
            columns.append({one.given.get("idx", ""): one.text.strip() for one in points})
    order = list(dict.fromkeys(at for column in columns for at in column))
    told = ["  ".join(column.get(at, "") for column in columns) for at in order]
    words += [one.text.strip() for name in root.all("tx") for one in name.children
              if one.name == "v"]  # fmt: skip
    words += [one for title in root.all("p") if (one := title.text.strip())]
    words += [one for pages in root.all("headerFooter") for one in lines(pages)]
    words += [one.text for one in root.all("f") if not _is_reference(one.text, names)]
    if not told and not words:
        return []
    return [Part(artefact=Text(text="\n".join([*told, *words])), place=place)]


def _is_reference(formula: str, names: Collection[str] | None) -> bool:
    """Whether it says no more than from which cells points come."""
    found = [_REFERENCE.fullmatch(one) for one in formula.strip("()").split(",")]
    return all(
        one is not None
        and (names is None or (one["quoted"] or one["plain"]).replace("''", "'") in names)
        for one in found
    )


def _holders(element: Element) -> list[Element]:
    """Lists of points, of one series and direction each, and not the same list twice."""
    found: list[Element] = []
    seen: set[tuple[str, ...]] = set()
    stack = [element]
    while stack:
        one = stack.pop()
        points = tuple(child.text for child in one.children if child.name == "pt")
        if points and points not in seen:
            seen.add(points)
            found.append(one)
        stack += reversed(one.children)
    return found
