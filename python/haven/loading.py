"""The project's data by name: the real data in a workspace, its synthetic twin elsewhere."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

MARK: Final = "SYNTHETIC"
_SUFFIXES: Final = (".parquet", ".csv")


class NoSuchData(Exception):
    """There is no dataset, or no file, of that name here; the message says what there is."""


def data(
    name: str, *, file: str | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read a dataset.

    In a workspace it is the project's data. Elsewhere it is what `haven synthesise` made of its
    descriptor in ./synthetic (or the folder HAVEN_SYNTHETIC), and that is said on standard error.

    Args:
        name: Of the dataset, such as `labour-market`.
        file: Which of its files, by its name without ending; where it has one, that one.
        columns: Only these, in this order.

    Raises:
        NoSuchData: With what there is instead.
    """
    folder, is_real = _place()
    found = _files(folder / name) if _is_plain(name) else {}
    if not found:
        offer = ", ".join(datasets()) or "none"
        more = "" if is_real else "; `haven synthesise DESCRIPTOR` makes a synthetic one"
        raise NoSuchData(f"There is no dataset {name} here (there is: {offer}){more}")
    if file is None and len(found) > 1:
        raise NoSuchData(f"{name} has several files, name one (file=): {', '.join(found)}")
    chosen = found.get(file) if file is not None else next(iter(found.values()))
    if chosen is None:
        raise NoSuchData(f"{name} has no file {file} (it has: {', '.join(found)})")
    if not is_real:
        sys.stderr.write(f"{MARK}: {name} is rows of nobody; no number from it means anything.\n")
    return _read(chosen, columns)


def datasets() -> list[str]:
    """The names that `data` knows here."""
    folder, _ = _place()
    if not folder.is_dir():
        return []
    return sorted(one.name for one in folder.iterdir() if _files(one))


def _place() -> tuple[Path, bool]:
    """Where datasets are, and whether they are the real ones."""
    real = Path(os.environ.get("HAVEN_DATA", "/data"))
    if real.is_dir() and Path(os.environ.get("HAVEN_RUN", "/run/haven")).is_dir():
        return real, True
    return Path(os.environ.get("HAVEN_SYNTHETIC", "synthetic")), False


def _files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    found = sorted(one for one in folder.iterdir() if one.suffix in _SUFFIXES)
    return {one.stem.removeprefix(f"{MARK}-"): one for one in found}


def _is_plain(name: str) -> bool:
    return Path(name).name == name and name not in {"", ".", ".."}


def _read(file: Path, columns: Sequence[str] | None) -> pd.DataFrame:
    if file.suffix == ".parquet":
        return pd.read_parquet(file, columns=None if columns is None else list(columns))
    found = pd.read_csv(file)
    return found if columns is None else found[list(columns)]
