"""The record of an ACRO session (`results.json`, 1.0): which files, and what it says of each."""

import json
from dataclasses import replace
from typing import Any, Final

from output_checker.disclosure.readers.artefacts import Document, Part, Session, SessionFile
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.spec import SessionSpec

RECORD: Final = "results.json"
# Written for the researcher; the record itself says that they are not for release.
NOT_FOR_RELEASE: Final = ("session_summary.csv", "session_summary.json")
MAX_OUTPUTS: Final = 2_000
_MAX_NAME: Final = 255


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    try:
        # As text: of bytes it would guess at encodings that are not loaded.
        document = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise Refusal("the record is not JSON") from None
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, dict) or not isinstance(document.get("version"), str):
        raise Refusal("this is no record of an ACRO session: it has no version or no results")
    if not document["version"].startswith("1."):
        raise Refusal("the record is not of ACRO 1; run the session again with ACRO 1.0 or newer")
    if len(results) > MAX_OUTPUTS:
        raise Refusal(f"{len(results)} outputs; at most {MAX_OUTPUTS} can be checked at once")
    files = [file for one in results.values() for file in _files(one)]
    if len({file.name for file in files}) < len(files):
        raise Refusal(
            "the record names a file twice, so what it says of that file is not one thing"
        )
    return Document(parts=(Part(artefact=Session(files=tuple(files))),))


def _files(result: Any) -> list[SessionFile]:
    if not isinstance(result, dict) or not isinstance(result.get("files"), list):
        raise Refusal("an output of the record has no list of files")
    fair = _part(result, "fair")
    properties = _part(result, "properties")
    independent = fair.get("independent") or []
    names = [independent] if isinstance(independent, str) else independent
    dependent = _text(fair, "dependent")
    said = SessionSpec(
        kind=_text(result, "type"),
        status=_text(result, "status"),
        method=_text(properties, "method"),
        mitigation=_text(properties, "mitigation"),
        dependent=None if dependent in ("", "unknown") else dependent,
        independent=tuple(name for name in names if isinstance(name, str))
        if isinstance(names, list)
        else (),
    )
    words = _words(result)
    return [replace(_file(file, said), said=words) for file in result["files"]]


def _words(result: dict[str, Any]) -> tuple[str, ...]:
    comments = result.get("comments")
    found = [one for one in comments if isinstance(one, str)] if isinstance(comments, list) else []
    exception = _text(result, "exception").strip()
    asked = [f"an exception is asked for: {exception}"] if exception else []
    return tuple(line for one in [*found, *asked] if (line := " ".join(one.split())))


def _file(file: Any, said: SessionSpec) -> SessionFile:
    name = _text(file, "name") if isinstance(file, dict) else ""
    if not name or len(name) > _MAX_NAME or "/" in name or name.startswith("."):
        raise Refusal("the record names a file outside its own folder")
    summary = _part(_part(file, "sdc"), "summary")
    counts = [one for one in summary.values() if isinstance(one, int)]
    return SessionFile(name=name, spec=replace(said, unsafe_count=sum(counts) if counts else None))


def _part(document: dict[str, Any], key: str) -> dict[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _text(document: dict[str, Any], key: str) -> str:
    found = document.get(key)
    return found if isinstance(found, str) else ""
