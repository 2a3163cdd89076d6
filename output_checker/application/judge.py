"""Ask the engine about a snapshot, under what every policy that has a say asks together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from output_checker.application import pictures
from output_checker.application.ports import Dataset, Project
from output_checker.application.workspace_ports import Checks, ToCheck
from output_checker.disclosure.errors import BadSource
from output_checker.disclosure.model import FileReport, Finding, Preview, Report, Verdict


def judge(
    checks: Checks,
    files: Sequence[ToCheck],
    *,
    project: Project,
    earlier: Sequence[Mapping[str, Any]] = (),
) -> Report:
    """One report on all files, in their order.

    Each file is judged against all that the project was granted, whatever dataset it names: the
    name says only which one its spec is about. What the project's policy and each dataset's ask is
    asked at once: of two, one may want counts rounded that the other takes as they are. What is
    only shown to checkers is held against nothing, and the report's verdict is not about it.

    Args:
        earlier: Tables that were released before, as `FileReport.published` has them.
    """
    judged: dict[int, FileReport] = {}
    before = [*earlier]
    for kind in dict.fromkeys(map(_kind, files)):
        dataset_id, may_leave = kind
        named = [one for one in project.datasets if one.dataset_id == dataset_id]
        datasets = [*named, *(one for one in project.datasets if one not in named)]
        places = [place for place, file in enumerate(files) if _kind(file) == kind]
        group = [files[place] for place in places]
        try:
            report = checks.check(
                group,
                datasets=datasets,
                policies=policies(project, datasets),
                earlier=before if may_leave else (),
            )
        except BadSource as error:
            # Trying again would find the same; an administrator must put the dataset right.
            why = f"{error}, so nothing can be checked against it; tell an administrator"
            judged |= {place: _failed(files[place], why) for place in places}
            continue
        for place, entry in zip(places, report.files, strict=True):
            judged[place] = _confirmed(entry, files[place])
            before += entry.published if may_leave else ()
    entries = tuple(judged[place] for place in range(len(files)))
    return Report(
        verdict=Verdict.worst(
            entry.verdict for entry, file in zip(entries, files, strict=True) if file.may_leave
        ),
        policy=", ".join(policies(project, project.datasets)),
        files=entries,
    )


def _kind(file: ToCheck) -> tuple[str | None, bool]:
    return file.dataset, file.may_leave


def judged_by_all(checks: Checks, *, project: Project) -> Mapping[str, Any]:
    """What each of a project's files is judged by."""
    datasets = project.datasets
    return checks.judged_by(datasets=datasets, policies=policies(project, datasets))


def unjudged(files: Sequence[ToCheck], *, project: Project) -> Report:
    """What to say when the engine could not be run: it did not pass."""
    entries = tuple(
        _failed(file, "The check did not finish, so this file cannot go to review")
        for file in files
    )
    return Report(
        verdict=Verdict.FAIL,
        policy=", ".join(policies(project, project.datasets)),
        files=entries,
    )


def policies(project: Project, datasets: Iterable[Dataset]) -> tuple[str, ...]:
    named = (dataset.policy for dataset in datasets if dataset.policy)
    return tuple(dict.fromkeys((project.policy, *named)))


def is_judged_as_now(judged_by: Mapping[str, Any], project: Project) -> bool:
    """Whether what files were judged by is what the project's files would be judged by now."""
    judged = {(one["id"], one["version"], one["sha256"]) for one in judged_by.get("datasets", ())}
    now = {(one.dataset_id, one.version, one.sha256) for one in project.datasets}
    asked = set(policies(project, project.datasets))
    return bool(judged_by) and judged == now and set(judged_by.get("policies", ())) == asked


def storable_previews(report: FileReport) -> tuple[dict[str, Any], ...]:
    """Without the pictures and tables themselves, which are kept beside."""
    return tuple(
        storable({**_without_bytes(one), **pictures.about(one)}) for one in report.previews
    )


def _without_bytes(preview: Preview) -> dict[str, Any]:
    told = asdict(replace(preview, picture=b"", whole=b""))
    del told["picture"], told["whole"]
    return told


def storable(value: Any) -> Any:
    """JSON that PostgreSQL takes: it has no NUL and no half of a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


def _confirmed(entry: FileReport, file: ToCheck) -> FileReport:
    # A verdict about other bytes than the snapshot's says nothing about the snapshot.
    if entry.sha256 == file.snapshot.sha256 or entry.verdict is Verdict.FAIL:
        return entry
    return _failed(file, "The check did not see these bytes, so they cannot go to review")


def _failed(file: ToCheck, reason: str) -> FileReport:
    finding = Finding(rule="unchecked", verdict=Verdict.FAIL, where="the whole file", reason=reason)
    return FileReport.of(file.snapshot.path, file.snapshot.sha256, [finding])
