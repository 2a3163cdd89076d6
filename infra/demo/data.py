"""Puts the demo's datasets where an installation keeps data, once."""

import os
import shutil
from pathlib import Path

from infra.demo import labour_market, labsup
from infra.demo.accounts import DATASETS
from infra.instance import WORKSPACE_UID, Instance

HERE = Path(__file__).resolve().parent
WRITERS = {
    "labour-market": ("people.parquet", labour_market.write),
    "labsup": ("women.parquet", labsup.write),
}


def ensure(instance: Instance) -> dict[str, Path]:
    """Make what is not there; returns each dataset's file."""
    files = {}
    for name, place in DATASETS.items():
        folder, (file_name, write) = instance.datasets / place, WRITERS[name]
        if not (folder / file_name).exists():
            folder.mkdir(parents=True, exist_ok=True)
            write(folder / file_name)
            shutil.copy(HERE / f"{name}.yaml", folder / "descriptor.yaml")
        _readable_only(folder)
        files[name] = folder / file_name
    return files


def _readable_only(folder: Path) -> None:
    """Owned by root; workspaces and the worker read it through their common group."""
    for path in (folder.parent, folder, *folder.iterdir()):
        os.chown(path, 0, WORKSPACE_UID)
        path.chmod(0o750 if path.is_dir() else 0o640)
