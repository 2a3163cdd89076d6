"""All that is declared in a file, or in the files of a folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from registry.adapters.project_file import read_file
from registry.application.apply_files import FromFile
from registry.domain.apply_plan import Wanted
from registry.domain.errors import Problem, WrongFile

_READ: Final = (".yaml", ".yml")


def read_declared(place: Path, datasets_dir: Path | None) -> tuple[FromFile, ...]:
    """Read a file, or every YAML file that lies in a folder itself, in order of their names.

    Raises:
        WrongFile: With every problem of every file; also when two of them say different things
            of the same person, organisation or project.
    """
    if not place.is_dir():
        return read_file(place, datasets_dir)
    files: list[FromFile] = []
    problems: list[Problem] = []
    paths = sorted(path for path in place.iterdir() if path.suffix in _READ and path.is_file())
    if not paths:
        problems.append(Problem(path="(the whole folder)", message="has no YAML file"))
    for path in paths:
        try:
            files += read_file(path, datasets_dir, path.name)
        except WrongFile as wrong:
            problems += [
                Problem(path=f"{path.name}: {one.path}", message=one.message)
                for one in wrong.problems
            ]
    problems += _contradictions(files)
    if problems:
        raise WrongFile(str(place), problems)
    return tuple(files)


def _contradictions(files: Sequence[FromFile]) -> Iterator[Problem]:
    said: dict[str, tuple[str, object]] = {}
    for one in files:
        for name, value in _parts(one.wanted):
            file, before = said.setdefault(name, (one.file, value))
            if before != value:
                message = f"is described in another way in {file}"
                yield Problem(path=f"{one.file}: {name}", message=message)


def _parts(wanted: Wanted) -> Iterator[tuple[str, object]]:
    for organisation in wanted.organisations:
        yield f"organisation {organisation.organisation_id}", organisation
    for entry in wanted.people:
        yield f"person {entry.person.username}", entry
    for policy in wanted.policies:
        yield f"policy {policy.name}", policy
    if wanted.project is not None:
        yield f"project {wanted.project.project_id}", wanted.project
