"""What a workspace asks the worker for, as a manifest: of the command, and of `haven.submit`.

Standard library only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from output_checker.disclosure.json_files import read_json, why_not
from portal.cli import release_file
from portal.cli.acro_folder import is_session, session_files, session_words
from portal.cli.mailbox import Mailbox, WrongRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as a person words it.

    Attributes:
        files: Outputs, or folders of ACRO sessions; without any, what `release` names.
        release: A release file; without files and without it, `release.toml` in the outputs.
        groups: Groups as a release file has them; instead of files.
        supporting, code: Shown to checkers, never released.
        release_class: What the release is for; by the kinds of its files, if not given.
        notebook: What makes the files; it is run again, and is one of the code files.
        spec: What all the tables are; without it, what stands beside each.
        request_id: A request that was returned; its beginning is enough.
        is_check: Have the files judged only.
    """

    files: Sequence[Path] = ()
    release: Path | None = None
    groups: Sequence[Mapping[str, Any]] = ()
    supporting: Sequence[Path] = ()
    code: Sequence[Path] = ()
    notebook: Path | None = None
    context: str = ""
    controls: str = ""
    recipients: Sequence[str] = ()
    release_class: str | None = None
    dataset: str | None = None
    spec: Any = None
    request_id: str | None = None
    is_check: bool = False


def manifest_of(mailbox: Mailbox, asked: Asked) -> dict[str, Any]:
    """Raises: WrongRequest, where something cannot be meant; nothing was sent."""
    manifest = {
        "version": 1,
        "action": "check" if asked.is_check else "submit",
        **(_named(mailbox, asked) if asked.files else _grouped(mailbox, asked)),
    }
    if asked.release_class:
        manifest["class"] = asked.release_class
    if asked.request_id:
        manifest["request_id"] = mailbox.full_id(asked.request_id)
    return manifest


def withdrawal_of(mailbox: Mailbox, request_id: str) -> dict[str, Any]:
    """Raises: WrongRequest, where no request or several begin so."""
    return {"version": 1, "action": "withdraw", "request_id": mailbox.full_id(request_id)}


def _named(mailbox: Mailbox, asked: Asked) -> dict[str, Any]:
    """What a line says, as one group of files."""
    if asked.release or asked.groups:
        raise WrongRequest("name files or a release file, not both")
    files = [
        _file(mailbox, file, spec, asked.dataset)
        for named in asked.files
        for file, spec in _expanded(mailbox, named, asked)
    ]
    shown = [
        _file(mailbox, file, _spec_of(file, asked), asked.dataset) | {"role": role}
        for role, paths in (("supporting", asked.supporting), ("code", asked.code))
        for file in paths
    ]
    said = {
        "files": [*files, *shown],
        "context": "\n\n".join(_words(mailbox, asked)),
        "recipients": list(asked.recipients),
    }
    said |= {"controls": asked.controls} if asked.controls else {}
    return _with_notebook(mailbox, said, asked.notebook)


def _with_notebook(mailbox: Mailbox, said: dict[str, Any], notebook: Path | None) -> dict[str, Any]:
    """It is one of the code files, whether it was named as one or not."""
    if notebook is None:
        return said
    path = mailbox.relative(notebook)
    code = {"path": path, "role": "code"}
    if groups := said.get("groups"):
        code["group"] = groups[0]["name"]
    is_named = any(file["path"] == path for file in said["files"])
    return said | {"notebook": path, "files": [*said["files"], *([] if is_named else [code])]}


def _grouped(mailbox: Mailbox, asked: Asked) -> dict[str, Any]:
    said = _release(mailbox, asked)
    body = {
        "files": [
            _file(mailbox, one.path, _spec_of(one.path, asked), asked.dataset or said.dataset)
            | {"role": one.role, "group": one.group}
            for one in said.files
        ],
        "groups": list(said.groups),
        "recipients": list(asked.recipients or said.recipients),
    } | ({"class": said.release_class} if said.release_class else {})
    return _with_notebook(mailbox, body, asked.notebook or said.notebook)


def _release(mailbox: Mailbox, asked: Asked) -> release_file.ReleaseFile:
    if asked.groups:
        return release_file.release_of(Path("groups"), {"group": [*asked.groups]})
    path = asked.release or mailbox.outputs / release_file.NAME
    if not path.is_file() and not asked.release:
        raise WrongRequest(f"name files, or say in {path} which belong together")
    return release_file.read_release_file(path)


def _file(mailbox: Mailbox, file: Path, spec: Any, dataset: str | None) -> dict[str, Any]:
    return {"path": mailbox.relative(file), "spec": spec, "dataset": dataset}


def _expanded(mailbox: Mailbox, named: Path, asked: Asked) -> Iterator[tuple[Path, Any]]:
    """A file and what it is; of an ACRO session all its files, each as the record has it."""
    place = mailbox.outputs / mailbox.relative(named)
    if is_session(place):
        yield from session_files(place)
    else:
        yield named, _spec_of(named, asked)


def _words(mailbox: Mailbox, asked: Asked) -> Iterator[str]:
    """The context, then what the records of ACRO sessions say of their outputs."""
    if asked.context:
        yield asked.context
    for named in asked.files:
        place = mailbox.outputs / mailbox.relative(named)
        if is_session(place) and (words := session_words(place)):
            yield words


def _spec_of(file: Path, asked: Asked) -> Any:
    """What a file's table is: as said for all of them, or in `NAME.spec.json` beside the file."""
    if asked.spec is not None:
        return asked.spec
    beside = file.with_name(f"{file.name}.spec.json")
    return read_spec(beside) if beside.is_file() else None


def read_spec(path: Path) -> Any:
    """Raises: WrongRequest."""
    try:
        return read_json(path)
    except UnicodeDecodeError:
        raise WrongRequest(f"{path} is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise WrongRequest(f"{path} is not JSON{why_not(error)}") from None
    except OSError as error:
        raise WrongRequest(f"{path}: {error.strerror}") from None


def read_text(path: Path) -> str:
    """Raises: WrongRequest."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongRequest(f"{path} is not UTF-8 text") from None
    except OSError as error:
        raise WrongRequest(f"{path}: {error.strerror}") from None
