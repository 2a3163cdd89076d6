"""Make a view's files: whole or not at all, once however many ask, never written again.

Where they lie is told by `registry.domain.view_place`.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Final
from uuid import uuid4

import duckdb

from registry.adapters.views.compiled import Keys, compiled, source_sql
from registry.adapters.views.expressions import literal
from registry.application.view_ports import MadeView, NotMade
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.view_place import BESIDE, beside_file, view_file, view_folder
from registry.domain.view_problems import view_problems
from registry.domain.view_spec import ViewSpec

_DRAFT: Final = ".draft-"
_WRITTEN: Final = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"


def make_view(
    view: ViewSpec, dataset: DatasetVersion, *, datasets_dir: Path, views_dir: Path, keys: Keys
) -> MadeView:
    """Make a view, or find it made.

    Raises:
        NotMade: The view has problems, or the source is not what was registered.
        OSError: No room, or no right to write.
    """
    if found := [*view_problems(view, dataset, path="view")]:
        raise NotMade(f"the view has {len(found)} problem(s), first at {found[0].path}")
    folder = views_dir.joinpath(*_beneath(view_folder(dataset.version_id, view.digest)))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.parent):
        if not folder.exists():
            _make(view, dataset, datasets_dir / dataset.path, folder, keys)
    return _measured(view, dataset, views_dir)


def discard_view(views_dir: Path, version_id: VersionId, digest: str) -> None:
    """Take a view's files away; workspaces that have them open keep what they see."""
    folder = views_dir.joinpath(*_beneath(view_folder(version_id, digest)))
    if not folder.parent.is_dir():
        return
    with _alone(folder.parent):
        if folder.is_dir():
            _remove(folder.rename(folder.with_name(f"{_DRAFT}{uuid4().hex}")))


def _make(view: ViewSpec, dataset: DatasetVersion, source: Path, folder: Path, keys: Keys) -> None:
    for left in folder.parent.glob(f"{_DRAFT}*"):
        _remove(left)
    draft = folder.with_name(f"{_DRAFT}{uuid4().hex}")
    data = draft / "data"
    data.mkdir(parents=True)
    with ExitStack() as stack:
        stack.callback(_remove, draft)
        file = data / view_file(dataset.version_id, view.digest, dataset.path).name
        _require_registered(dataset, source)
        _write(view, dataset, source, paths=(file, draft / BESIDE), keys=keys)
        # What was read in between has to be what was registered as well.
        _require_registered(dataset, source)
        for path, mode in ((file, 0o444), (draft / BESIDE, 0o440), (data, 0o555), (draft, 0o555)):
            _settle(path, mode)
        draft.rename(folder)
        stack.pop_all()
    _synced(folder.parent)


def _write(
    view: ViewSpec, dataset: DatasetVersion, source: Path, *, paths: tuple[Path, Path], keys: Keys
) -> None:
    """Args: paths: Of the view's file, and of what stands beside it."""
    file, beside = paths
    try:
        with _connected(source, file.parent.parent) as connection:
            if view.where or view.sample < 1:
                # Where rows are left out, several threads cut them into other groups each time.
                connection.execute("SET threads = 1")
            connection.execute("SET lock_configuration = true")
            rows = source_sql(source)
            connection.execute(f"CREATE VIEW source AS {rows}")
            described = connection.execute("DESCRIBE source").fetchall()
            stored = {str(row[0]): str(row[1]) for row in described}
            asked = compiled(view, dataset, stored=stored, keys=keys)
            for sql, path in ((asked.view, file), (asked.beside, beside)):
                connection.execute(f"COPY ({sql}) TO {literal(str(path))} {_WRITTEN}")
            if _rows(connection, file) != _rows(connection, beside):
                raise NotMade("its rows and whose they are do not match")
    except (duckdb.Error, KeyError, ValueError):
        # What the database says may hold a value, or the key.
        raise NotMade("the source does not have what its descriptor says") from None


@contextmanager
def _connected(source: Path, draft: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        for setting in (
            f"SET allowed_paths = [{literal(str(source))}]",
            f"SET allowed_directories = [{literal(str(draft) + '/')}]",
            "SET memory_limit = '2GB'",
            "SET temp_directory = ''",
            "SET preserve_insertion_order = true",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET enable_external_access = false",
        ):
            connection.execute(setting)
        yield connection


def _rows(connection: duckdb.DuckDBPyConnection, file: Path) -> int:
    asked = f"SELECT count(*) FROM read_parquet([{literal(str(file))}])"  # noqa: S608  quoted
    found = connection.execute(asked).fetchone()
    return int(found[0]) if found else 0


def _measured(view: ViewSpec, dataset: DatasetVersion, views_dir: Path) -> MadeView:
    version_id = dataset.version_id
    file = PurePosixPath(*_beneath(view_file(version_id, view.digest, dataset.path)))
    beside = PurePosixPath(*_beneath(beside_file(version_id, view.digest)))
    status = (views_dir / file).stat()
    with duckdb.connect(":memory:") as connection:
        rows = _rows(connection, views_dir / file)
    return MadeView(
        file=file,
        beside=beside,
        sha256=sha256_of(views_dir / file),
        beside_sha256=sha256_of(views_dir / beside),
        rows=rows,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        inode=status.st_ino,
    )


def _beneath(place: PurePosixPath) -> tuple[str, ...]:
    """Without the views directory, which may be mounted somewhere else."""
    return place.parts[1:]


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _require_registered(dataset: DatasetVersion, source: Path) -> None:
    try:
        is_registered = sha256_of(source) == dataset.sha256
    except OSError:
        raise NotMade("the source cannot be read") from None
    if not is_registered:
        raise NotMade("the source is not the file that was registered")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else makes a view of this version meanwhile; a process that dies lets go."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _settle(path: Path, mode: int) -> None:
    path.chmod(mode)
    _synced(path)


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(draft: Path) -> None:
    for folder in (draft, draft / "data"):
        if folder.is_dir():
            folder.chmod(0o700)
    shutil.rmtree(draft, ignore_errors=True)
