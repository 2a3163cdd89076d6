"""Where a view's files lie beneath the datasets directory, and what they are called together.

`.views/<dataset>/<version>/<digest>/data/<name>.parquet` is what a workspace is given, with its
folder; `beside.parquet`, one folder up, says whose each row is and is never mounted.
"""

from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final

from registry.domain.dataset import VersionId

VIEWS: Final = ".views"
BESIDE: Final = "beside.parquet"
# The columns of what stands beside a view.
ENTITY: Final = "haven_entity"
HOLDING: Final = "haven_holding"
ROW: Final = "haven_row"


def view_folder(version_id: VersionId, digest: str) -> PurePosixPath:
    return PurePosixPath(VIEWS) / version_id.dataset_id / version_id.version / digest


def view_file(version_id: VersionId, digest: str, source: str) -> PurePosixPath:
    """Args: source: The version's data file; the view's has its name."""
    name = PurePosixPath(source).with_suffix(".parquet").name
    return view_folder(version_id, digest) / "data" / name


def beside_file(version_id: VersionId, digest: str) -> PurePosixPath:
    return view_folder(version_id, digest) / BESIDE


def identity(file_sha256: str, beside_sha256: str) -> str:
    """One digest for both files, so that a view of other people is another one."""
    return sha256(f"{file_sha256} {beside_sha256}".encode()).hexdigest()
