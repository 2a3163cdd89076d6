"""Files with tables, as `haven audit` and `haven round` take them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import sandbox
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.files import load
from output_checker.disclosure.readers.kinds import kind_of, require_beginning
from output_checker.disclosure.suppression.hierarchies import Hierarchies, parse
from output_checker.disclosure.suppression.published import CannotAudit, Published

MAX_BYTES: Final = 16 * 1024**2


def table_of(path: Path) -> Table:
    """The one table of a file, read in the sandbox. Raises: CannotAudit."""
    try:
        kind = kind_of(path.name)
        data = load(path, MAX_BYTES).data
        require_beginning(kind, data)
        document = sandbox.SHARED.read(kind.name, data)
    except Unreadable as error:
        raise CannotAudit(f"{path}: {error.reason}") from None
    tables = [part.artefact for part in document.parts if isinstance(part.artefact, Table)]
    if len(tables) != 1:
        raise CannotAudit(f"{path}: holds {len(tables)} tables; give a file with one")
    return tables[0]


def hierarchies_of(path: Path | None) -> Hierarchies:
    """Raises: CannotAudit, OSError."""
    return {} if path is None else parse(text_of(path))


def text_of(path: Path) -> str:
    """Raises: CannotAudit, OSError."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        raise CannotAudit(f"{path}: not a text in UTF-8") from None


def write_tables(
    out: Path,
    tables: Mapping[Path, tuple[Table, Published]],
    as_csv: Callable[[Table, Published], str],
) -> None:
    """Each as CSV to a file, or several to a folder; never over something.

    Raises: CannotAudit, OSError.
    """
    if len(tables) > 1 and not out.is_dir():
        raise CannotAudit(f"{out}: no folder; several tables are written to one")
    for path, (table, published) in tables.items():
        target = out / f"{path.stem}.csv" if out.is_dir() else out
        with target.open("x", encoding="utf-8", newline="") as file:
            file.write(as_csv(table, published))
