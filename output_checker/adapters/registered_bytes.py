"""Whether a dataset's file is still the one that was registered."""

import hashlib
from functools import lru_cache
from pathlib import Path

from output_checker.disclosure.errors import BadSource


def require_registered(dataset_id: str, path: Path, sha256: str) -> None:
    """Raises: BadSource, for a file that is not there or is another one."""
    try:
        status = path.stat()
        found = _sha256(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    except OSError:
        raise BadSource(f"dataset {dataset_id} cannot be read") from None
    if found != sha256:
        raise BadSource(f"dataset {dataset_id} is not the file that was registered")


@lru_cache(maxsize=64)
def _sha256(path: Path, *_identity: int) -> str:
    """Read once for as long as the file's inode, size and times stay."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
