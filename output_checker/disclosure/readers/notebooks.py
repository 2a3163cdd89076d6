"""Jupyter notebooks: what each cell says, every form of every output, and what no page shows."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Final

from output_checker.disclosure.readers import json_values, nested
from output_checker.disclosure.readers.artefacts import Document, Note, NoteKind, Part, Text
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.texts import decoded

# What Jupyter itself writes about the language and the cells, and whether the page shows it.
_USUAL_METADATA: Final = frozenset({
    "kernelspec", "language_info", "orig_nbformat", "collapsed", "scrolled", "tags", "jupyter",
    "editable", "slideshow", "trusted", "name", "nbformat", "execution", "papermill",
})  # fmt: skip
_SHOWN: Final = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown",
                 "text/latex", "text/plain")  # fmt: skip
_BY_TYPE: Final = {"text/html": "html", "image/svg+xml": "svg", "image/png": "png",
                   "image/jpeg": "jpeg"}  # fmt: skip


def warm() -> None:
    nested.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    text, _ = decoded(data)
    notebook = json_values.parse(text)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Refusal("this is JSON, and no notebook of version 4")
    found = _Found(_language(notebook))
    for number, cell in enumerate(notebook["cells"], start=1):
        if not isinstance(cell, dict):
            raise Refusal(f"cell {number} is not an object")
        found.cell(cell, f"cell {number}")
    found.metadata(notebook.get("metadata"), "the notebook's metadata")
    known = ("cells", "metadata", "nbformat", "nbformat_minor")
    found.metadata({k: v for k, v in notebook.items() if k not in known}, "beside the cells")
    return Document(parts=tuple(found.parts), notes=tuple(found.notes))


def _language(notebook: Mapping[str, Any]) -> str:
    """What its code is written in, as far as it says so."""
    match notebook.get("metadata"):
        case {"language_info": {"name": str(name)}} | {"kernelspec": {"language": str(name)}}:
            return name.lower()
        case _:
            return "python"


class _Found:
    def __init__(self, language: str) -> None:
        self._languages = {"code": language, "markdown": "markdown"}
        self.parts: list[Part] = []
        self.notes: list[Note] = []

    def cell(self, cell: Mapping[str, Any], place: str) -> None:
        language = self._languages.get(str(cell.get("cell_type")), "")
        self._text(cell.get("source"), place, language)
        for name, bundle in _items(cell.get("attachments")):
            del name
            self._bundle(bundle, f"{place}, attachment")
        outputs = cell.get("outputs") or []
        if not isinstance(outputs, list):
            raise Refusal(f"{place}: its outputs are not a list")
        for number, output in enumerate(outputs, start=1):
            self._output(output, f"{place}, output {number}")
        self.metadata(cell.get("metadata"), f"{place}, metadata")
        known = ("source", "attachments", "outputs", "metadata", "id", "cell_type",
                 "execution_count")  # fmt: skip
        self.metadata({k: v for k, v in cell.items() if k not in known}, f"{place}, other values")

    def metadata(self, value: Any, place: str) -> None:
        """What programs keep in a notebook beyond what a reader of it sees."""
        more = {name: one for name, one in _items(value) if name not in _USUAL_METADATA and one}
        if more:
            self.parts += json_values.parts_of(more, place, hidden="kept in the notebook, unshown")

    def _output(self, output: Any, place: str) -> None:
        if not isinstance(output, dict):
            raise Refusal(f"{place} is not an object")
        if "text" in output:
            self._text(output["text"], place)
        if "traceback" in output:
            self._text("\n".join(_texts(output["traceback"])), place)
        self._bundle(output.get("data"), place)
        self.metadata(output.get("metadata"), f"{place}, metadata")

    def _bundle(self, bundle: Any, place: str) -> None:
        """One output in several forms, of which a page shows the richest that it knows."""
        forms = dict(_items(bundle))
        shown = next((form for form in _SHOWN if form in forms), "")
        for form, value in forms.items():
            is_unshown = form != shown and form not in _SHOWN
            hidden = "a form of this output that not every page shows" if is_unshown else ""
            self._form(form, value, place, hidden)

    def _form(self, form: str, value: Any, place: str, hidden: str) -> None:
        if form in _BY_TYPE:
            data = _bytes(value, is_text=form in ("text/html", "image/svg+xml"), place=place)
            document = nested.read(_BY_TYPE[form], data, place)
            self.parts += document.parts
            self.notes += document.notes
        elif form.startswith("text/"):
            self._text(value, place)
        elif form.endswith("json"):
            self.parts += json_values.parts_of(value, place, hidden=hidden)
        else:
            reason = "an output of a form that cannot be read"
            self.notes.append(Note(kind=NoteKind.HIDDEN, reason=reason, place=place))

    def _text(self, value: Any, place: str, language: str = "") -> None:
        text = "".join(_texts(value))
        if text.strip():
            self.parts.append(Part(artefact=Text(text=text, language=language), place=place))


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if value is None:
        return
    if not isinstance(value, dict):
        raise Refusal("the notebook is not built as notebooks are")
    yield from value.items()


def _texts(value: Any) -> list[str]:
    """A text, or its lines."""
    values = [value] if isinstance(value, str) else (value or [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Refusal("the notebook is not built as notebooks are")
    return values


def _bytes(value: Any, *, is_text: bool, place: str) -> bytes:
    text = "".join(_texts(value))
    if is_text:
        return text.encode(errors="replace")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(f"{place}: a picture that cannot be decoded") from None
