"""Reading what other catalogues wrote: bounded, tolerant of forms, never of nonsense."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from registry.adapters.yaml_files import MAX_FILE_BYTES
from registry.domain.catalogue import UpdateFrequency
from registry.domain.errors import Problem, WrongFile

_WHOLE: Final = "(the whole file)"
_MOST_LETTERS: Final = 250
_MOST_IN_TEXT: Final = 4000
_FREQUENCIES: Final = {one.value.lower(): one.value for one in UpdateFrequency}


def read_bounded(path: Path) -> bytes:
    """All of a file.

    Raises:
        WrongFile: It cannot be opened, or is larger than descriptors may be.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise wrong(path, _WHOLE, f"cannot be opened: {error.strerror}") from error
    if len(content) > MAX_FILE_BYTES:
        raise wrong(path, _WHOLE, f"is larger than {MAX_FILE_BYTES} bytes")
    return content


def json_object(path: Path, content: bytes) -> dict[str, Any]:
    """The JSON object that a file's content is.

    Raises:
        WrongFile: It is something else.
    """
    try:
        found = json.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise wrong(path, _WHOLE, "is not JSON") from None
    if not isinstance(found, dict):
        raise wrong(path, _WHOLE, "must be one JSON object")
    return found


def wrong(path: Path, place: str, message: str) -> WrongFile:
    return WrongFile(str(path), [Problem(path=place, message=message)])


def text_of(value: object) -> str:
    """The first text in a value: itself, of a list, or what JSON-LD wraps."""
    return next(texts_of(value), "")


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, Mapping):
        for key in ("@value", "name", "prefLabel", "label", "fn", "title", "@id", "url"):
            found = value.get(key, local(value).get(key))
            if isinstance(found, str) and found.strip():
                yield found.strip()
                return


def local(value: object) -> dict[str, Any]:
    """A mapping by the last part of its keys, so that dct:title and dcterms:title are title."""
    if not isinstance(value, Mapping):
        return {}
    return {re.split(r"[:/#]", str(key))[-1]: one for key, one in value.items()}


def line(value: object) -> str:
    """One line of at most 250 letters."""
    printable = "".join(one if one.isprintable() else " " for one in text_of(value))
    return " ".join(printable.split())[:_MOST_LETTERS].strip()


def lines(value: object) -> list[str]:
    return list(dict.fromkeys(filter(None, map(line, texts_of(value)))))


def paragraph(value: object) -> str:
    return text_of(value).replace("\0", "")[:_MOST_IN_TEXT]


def day(value: object) -> str | None:
    """The day of a date or moment; None where there is none."""
    try:
        return date.fromisoformat(text_of(value)[:10]).isoformat()
    except ValueError:
        return None


def frequency(value: object) -> str | None:
    """Of an address or a name of the Dublin Core, EU or plain vocabulary."""
    name = re.split(r"[:/#]", text_of(value))[-1].replace("_", "").replace("-", "").lower()
    name = {"annually": "annual", "yearly": "annual", "irreg": "irregular"}.get(name, name)
    return f"freq:{_FREQUENCIES[name]}" if name in _FREQUENCIES else None


def mail(value: object) -> str:
    return text_of(value).removeprefix("mailto:")


def slug(value: object) -> str:
    """An id made of an address or a name; empty where nothing of it will do."""
    last = re.split(r"[:/#]", text_of(value).rstrip("/"))[-1].lower()
    plain = re.sub(r"[^a-z0-9]+", "-", last).strip("-")
    plain = re.sub(r"^[^a-z]+", "", plain)[:30].strip("-")
    return plain if len(plain) > 2 else ""  # noqa: PLR2004  the shortest id has three letters


def slugs(value: object) -> list[str]:
    found = (re.sub(r"[^a-z0-9._-]+", "-", one.lower()).strip("-._") for one in lines(value))
    return list(dict.fromkeys(one[:63] for one in found if one))


def said(draft: Mapping[str, Any]) -> dict[str, Any]:
    """A draft without what is empty."""
    return {name: value for name, value in draft.items() if value not in (None, "", [], {})}


def summary_of(summary: object, description: object) -> str:
    return line(summary) or line(description)


def chosen(value: object, allowed: type[Any]) -> str | None:
    """A term of an enumeration, by its name or an address that ends in it."""
    name = re.split(r"[:/#]", text_of(value))[-1]
    known = {one.value.lower(): str(one.value) for one in allowed}
    return known.get(name.lower())
