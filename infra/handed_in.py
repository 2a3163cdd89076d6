"""The files an administrator's command names, copied to where its container sees them.

The container has no capability, so it cannot read what only root may on the host, such as a
file in somebody's home; and no folder of the host is mounted over one that the image needs.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os.path import normpath
from pathlib import Path
from typing import Final

import yaml

from infra.errors import HavenError
from infra.instance import Instance

MOUNTED_AT: Final = Path("/input")
_TAKES_FOLDERS: Final = frozenset({"apply", "drift"})
_READ: Final = (".yaml", ".yml")
_LARGEST_PROJECT_FILE: Final = 1024 * 1024


class NotHandedIn(HavenError):
    """A file that the command names cannot be given to it."""

    exit_code = 2


@contextmanager
def handed_in(instance: Instance, arguments: Sequence[str]) -> Iterator[tuple[Path, list[str]]]:
    """A folder for `MOUNTED_AT` with the named files, and the arguments as they are said there.

    The folder has the host's own layout, so that relative paths say the same on both sides.
    What lies beneath the datasets directory is not copied but linked: that is mounted.

    Raises:
        NotHandedIn: A named file cannot be read, or names another that cannot be given.
    """
    with tempfile.TemporaryDirectory(prefix="handed-in-", dir=instance.home) as name:
        stage = Path(name)
        _staged(stage, Path.cwd()).mkdir(parents=True, exist_ok=True)
        _link(stage, instance.datasets)
        said = []
        for argument in arguments:
            path = Path(argument)
            files = _files(path) if arguments[0] in _TAKES_FOLDERS or path.is_file() else ()
            if not files:
                said.append(argument)
                continue
            for file in files:
                for one in (file, *_descriptors(file, instance.datasets)):
                    _copy(stage, one, instance.datasets)
            said.append(str(_staged(MOUNTED_AT, path) if path.is_absolute() else normpath(path)))
        yield stage, said


def _files(path: Path) -> Sequence[Path]:
    """The file, or the files of a folder that would be read there; its own folders are left."""
    if path.is_dir():
        return sorted(one for one in path.iterdir() if one.suffix in _READ and one.is_file())
    return [path] if path.is_file() else []


def working_folder() -> Path:
    """The folder inside that stands for the one the administrator is in."""
    return _staged(MOUNTED_AT, Path.cwd())


def _staged(stage: Path, path: Path) -> Path:
    return stage / Path(normpath(path.absolute())).relative_to("/")


def _link(stage: Path, datasets: Path) -> None:
    at = _staged(stage, datasets)
    if not at.exists():
        at.parent.mkdir(parents=True, exist_ok=True)
        at.symlink_to(datasets)


def _copy(stage: Path, file: Path, datasets: Path) -> None:
    if file.resolve().is_relative_to(datasets.resolve()):
        return
    at = _staged(stage, file)
    at.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(file, at)
    except OSError as error:
        raise NotHandedIn(f"{file} cannot be read: {error.strerror}") from None


def _descriptors(project_file: Path, datasets: Path) -> Iterator[Path]:
    """The files that a project file names; whether it is right is judged inside."""
    for written in _named(project_file):
        if Path(written).is_absolute() and not Path(written).is_relative_to(datasets):
            raise NotHandedIn(
                f"{project_file} names {written}; write where a descriptor is from the project"
                f" file's own folder, or keep it beneath {datasets}"
            )
        descriptor = project_file.parent / written
        if descriptor.is_file():
            yield descriptor


def _named(project_file: Path) -> list[str]:
    if project_file.stat().st_size > _LARGEST_PROJECT_FILE:
        return []
    try:
        read = yaml.safe_load(project_file.read_text())
        return [str(entry["descriptor"]) for entry in read["datasets"]]
    except (yaml.YAMLError, ValueError, LookupError, TypeError, RecursionError):
        return []
