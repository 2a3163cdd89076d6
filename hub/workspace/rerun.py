"""First process of a re-run: one notebook from top to bottom, then it ends.

`python -I -m hub.workspace.rerun NOTEBOOK`. Runs as the researcher, like all in a workspace: what
it says of how the notebook ended is a hint, and its exit status is all that outside relies on.

Exit status: 0 the notebook ran, 1 it stopped.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from hub.workspace import launch

CODE: Final = Path("/run/rerun")
OUTPUTS: Final = Path("/outputs")
SAID: Final = ".haven-rerun.json"
# The kernels that a run may use, whatever the notebook says of itself.
KERNELS: Final = frozenset({"python3"})
KERNEL: Final = "python3"
START_SECONDS: Final = 60


def main(notebook: str) -> int:
    launch.install_filter()
    os.umask(0o022)
    os.environ.update(launch.PLACES)
    lay_out(CODE, OUTPUTS)
    return run(OUTPUTS / notebook)


def lay_out(code: Path, outputs: Path) -> None:
    """Code lies where it lay when it was handed in, so that it finds its own modules."""
    for path in sorted(code.rglob("*")):
        if path.is_file():
            place = outputs / path.relative_to(code)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def run(notebook: Path) -> int:
    from papermill import execute_notebook
    from papermill.exceptions import PapermillException, PapermillExecutionError
    from traitlets.config import Config

    # Between the notebook and its kernel nothing is spoken over TCP, loopback included.
    config = Config({"KernelManager": {"transport": "ipc"}})
    try:
        execute_notebook(
            notebook,
            None,
            kernel_name=kernel_of(json.loads(notebook.read_text())),
            cwd=str(notebook.parent),
            progress_bar=False,
            start_timeout=START_SECONDS,
            config=config,
        )
    except PapermillExecutionError as stopped:
        say(stopped.cell_index + 1, stopped.ename)
        return 1
    except (PapermillException, RuntimeError, ValueError, OSError):
        say(0, "")
        return 1
    return 0


def kernel_of(notebook: Any) -> str:
    """The notebook's kernel where it is one that is allowed; the one that is, otherwise."""
    spec = notebook.get("metadata", {}).get("kernelspec", {}) if isinstance(notebook, dict) else {}
    wanted = spec.get("name") if isinstance(spec, dict) else None
    return wanted if isinstance(wanted, str) and wanted in KERNELS else KERNEL


def say(cell: int, error: str) -> None:
    (OUTPUTS / SAID).write_text(json.dumps({"cell": cell, "error": error}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
