"""What a release is for, or made of: a project can ask more of some classes than of others."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final


class ReleaseClass(StrEnum):
    PUBLICATION = "publication"
    INTERNAL = "internal"
    CODE = "code"
    MODEL = "model"
    TABLE = "table"


_BY_SUFFIX: Final = {
    suffix: frozenset(classes)
    for classes, suffixes in (
        ([ReleaseClass.CODE], (".py", ".r", ".do", ".sql", ".ipynb", ".sas", ".jl")),
        ([ReleaseClass.MODEL], (
            ".pkl", ".pickle", ".joblib", ".onnx", ".safetensors", ".npz", ".npy", ".ubj", ".lgb",
            ".rds", ".rdata", ".rda", ".pt", ".h5",
        )),
        ([ReleaseClass.TABLE], (
            ".csv", ".tsv", ".xlsx", ".xlsm", ".ods", ".parquet", ".feather", ".arrow", ".dta",
            ".sav", ".zsav", ".sas7bdat", ".xpt",
        )),
        # Programs write tables as pages.
        ([ReleaseClass.TABLE, ReleaseClass.PUBLICATION], (".html", ".htm")),
        # And tables and boosters as JSON.
        ([ReleaseClass.TABLE, ReleaseClass.MODEL], (".json", ".jsonl", ".ndjson")),
        # Anything can be inside.
        (ReleaseClass, (".zip", ".tar", ".tar.gz", ".tgz")),
    )
    for suffix in suffixes
}  # fmt: skip
# Papers, pictures and notes: a release of these is what its author calls it.
OF_NO_CLASS: Final = frozenset(
    {".txt", ".md", ".log", ".tex", ".rst", ".svg", ".pdf", ".png", ".jpg", ".jpeg", ".docx"}
)


def implied(names: Iterable[str]) -> frozenset[ReleaseClass]:
    """What files are or may hold by their names, whatever their author calls the release."""
    return frozenset(one for name in names for one in _classes(name))


def by_default(names: Iterable[str]) -> ReleaseClass:
    """The one class that all files have by their names; a publication where there is none."""
    found = {_classes(name) for name in names}
    only = found.pop() if len(found) == 1 else frozenset()
    return next(iter(only)) if len(only) == 1 else ReleaseClass.PUBLICATION


def _classes(name: str) -> frozenset[ReleaseClass]:
    suffixes = PurePosixPath(name.lower()).suffixes
    endings = ("".join(suffixes[-2:]), "".join(suffixes[-1:]))
    return next((_BY_SUFFIX[one] for one in endings if one in _BY_SUFFIX), frozenset())
