"""Notebooks with what a page shows: no metadata, no state of widgets, one form of each output."""

import json
from collections import Counter
from typing import Any, Final

_KEPT_OF_NOTEBOOK: Final = ("kernelspec", "language_info")
_KEPT_OF_CELL: Final = ("source", "cell_type", "outputs", "attachments", "execution_count", "id")
_SHOWN: Final = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown",
                 "text/latex", "text/plain")  # fmt: skip


def clean(data: bytes, *, with_outputs: bool = True) -> tuple[bytes, list[str]]:
    """Raises: ValueError, KeyError, TypeError, AttributeError for what is no notebook."""
    book = json.loads(data)
    taken: Counter[str] = Counter()
    if not with_outputs:
        for cell in book["cells"]:
            _empty(cell, taken)
    cells = [_cell(cell, taken) for cell in book["cells"]]
    metadata = {name: one for name, one in book.get("metadata", {}).items()
                if name in _KEPT_OF_NOTEBOOK}  # fmt: skip
    taken["entries of the notebook's metadata"] = len(book.get("metadata", {})) - len(metadata)
    cleaned = {
        "cells": cells,
        "metadata": metadata,
        "nbformat": book["nbformat"],
        "nbformat_minor": book.get("nbformat_minor", 0),
    }
    text = json.dumps(cleaned, indent=1, ensure_ascii=False) + "\n"
    return text.encode(), [f"{count} {what}" for what, count in taken.items() if count]


def clean_without_outputs(data: bytes) -> tuple[bytes, list[str]]:
    """The same, and nothing that cells printed or drew."""
    return clean(data, with_outputs=False)


def _empty(cell: dict[str, Any], taken: Counter[str]) -> None:
    if cell.get("outputs"):
        taken["outputs"] += len(cell["outputs"])
        cell["outputs"] = []
    if "execution_count" in cell:
        cell["execution_count"] = None


def _cell(cell: dict[str, Any], taken: Counter[str]) -> dict[str, Any]:
    kept = {name: one for name, one in cell.items() if name in _KEPT_OF_CELL}
    taken["cells with metadata"] += bool(cell.get("metadata"))
    kept["metadata"] = {}
    if "outputs" in kept:
        kept["outputs"] = [_output(output, taken) for output in kept["outputs"]]
    return kept


def _output(output: dict[str, Any], taken: Counter[str]) -> dict[str, Any]:
    kept = dict(output)
    if "metadata" in kept:
        taken["outputs with metadata"] += bool(kept["metadata"])
        kept["metadata"] = {}
    forms = kept.get("data")
    if forms:
        shown = next((form for form in _SHOWN if form in forms), None)
        kept["data"] = {} if shown is None else {shown: forms[shown]}
        taken["forms of outputs that the page does not show"] += len(forms) - len(kept["data"])
    return kept
