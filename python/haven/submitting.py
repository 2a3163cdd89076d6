"""Ask from a notebook for what `haven submit`, `status` and `withdraw` ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from haven.answers import Requests, Submission
from haven.waiting import waiting
from haven.writing import written
from portal.cli.asking import Asked, manifest_of, withdrawal_of
from portal.cli.mailbox import NOT_ASKED, Mailbox, WrongRequest, is_rerun

_FILES_OF_A_GROUP: Final = ("outputs", "supporting", "code")


def submit(
    *outputs: Any,
    context: str = "",
    controls: str = "",
    groups: Sequence[Mapping[str, Any]] = (),
    recipients: str | Sequence[str] = (),
    supporting: Any = (),
    code: Any = (),
    notebook: str | Path | None = None,
    release_class: str | None = None,
    dataset: str | None = None,
    spec: Mapping[str, Any] | None = None,
    request: str | None = None,
    check: bool = False,
    seconds: float | None = None,
) -> Submission:
    """Ask to take files out, and wait for the findings.

    Args:
        outputs: Names of files beneath /outputs, tables of `haven.check` or `haven.fix`, data
            frames, sessions of ACRO or their folders. A table is written to /outputs first, as
            table.csv; `{"pay.csv": table}` names it. None: what /outputs/release.toml names.
        context: What the files show and how they were made.
        controls: What was done to protect people and firms in them.
        groups: Several groups instead: each has name, context, controls, outputs and, where
            there are any, supporting and code.
        recipients: Usernames of those who may collect them; you, if not given.
        supporting, code: Files that checkers are shown and that are never released.
        notebook: What makes the files, beneath /outputs as well; it is run again.
        release_class: publication, internal, code, model or table; by the kinds of the files, if
            not given.
        dataset: The dataset that the tables come from.
        spec: What all the tables are; else what each has, or what stands beside it.
        request: Submit again for this request, which was returned.
        check: Have the files judged only. The request's page then asks for release, too.
        seconds: How long to wait; the check goes on beyond that.

    Returns:
        What was found and what became of the request; shown beneath the cell.

    Raises:
        WrongRequest: It cannot be meant, or the worker refused it: in words.
        NoAnswer: None in time, or you interrupted the waiting. It was sent.
    """
    asked = Asked(
        groups=groups,
        supporting=supporting,
        code=code,
        notebook=None if notebook is None else Path(notebook),
        context=context,
        controls=controls,
        recipients=[recipients] if isinstance(recipients, str) else recipients,
        release_class=release_class,
        dataset=dataset,
        spec=spec,
        request_id=request,
        is_check=check,
    )
    return ask(asked, outputs, seconds=seconds)


def ask(asked: Asked, outputs: Sequence[Any], *, seconds: float | None = None) -> Submission:
    """As `submit`; files that are tables are written first, and in a re-run that is all.

    Raises:
        WrongRequest, NoAnswer: As `submit`.
    """
    mailbox = Mailbox.of_this_workspace()
    place = mailbox.outputs
    ready = replace(
        asked,
        files=[*written(place, list(outputs), asked.spec)],
        supporting=[*written(place, asked.supporting)],
        code=[*written(place, asked.code)],
        groups=[_group(place, group) for group in asked.groups],
    )
    if is_rerun():
        return Submission(answer=NOT_ASKED)
    answer = _answer(mailbox, manifest_of(mailbox, ready), "Checking the files", seconds)
    return Submission(answer=answer)


def status(request: str | None = None) -> Requests:
    """How your requests stand, and where to collect what is released.

    Args:
        request: Only this one; the beginning of its id is enough.

    Raises:
        WrongRequest: No request or several begin so.
    """
    if is_rerun():
        return Requests(())
    mailbox = Mailbox.of_this_workspace()
    found = mailbox.requests()
    if request is not None:
        wanted = mailbox.full_id(request)
        found = [one for one in found if one.get("request_id") == wanted]
    return Requests(found)


def withdraw(request: str, *, seconds: float | None = None) -> Submission:
    """Take a request back before it is released.

    Raises:
        WrongRequest: There is none, or it cannot be taken back any more.
        NoAnswer: None in time. It was sent.
    """
    if is_rerun():
        return Submission(answer=NOT_ASKED)
    mailbox = Mailbox.of_this_workspace()
    manifest = withdrawal_of(mailbox, request)
    return Submission(answer=_answer(mailbox, manifest, "Waiting for an answer", seconds))


def _answer(
    mailbox: Mailbox, manifest: Mapping[str, Any], words: str, seconds: float | None
) -> Mapping[str, Any]:
    waits = mailbox if seconds is None else replace(mailbox, wait_seconds=seconds)
    with waiting(words) as tick:
        answer = waits.ask(manifest, tick)
    if answer.get("state") == "refused":
        raise WrongRequest(str(answer.get("message")))
    return answer


def _group(place: Path, group: Mapping[str, Any]) -> dict[str, Any]:
    """A group as a release file has it: files by their names."""
    files = {key: group[key] for key in _FILES_OF_A_GROUP if key in group}
    named = {key: [str(path) for path in written(place, one)] for key, one in files.items()}
    return {**group, **named}
