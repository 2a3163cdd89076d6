"""`haven clean`: a copy of an output without what nobody sees in it.

Exit status: 0 when every file was cleaned or is clean, 1 when one could not be, 2 when the command
itself is wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from output_checker.disclosure.cleaning.clean import CannotClean, Cleaned, clean
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers.files import load

MAX_BYTES = 16 * 1024**2
EXIT_NOT_CLEANED = 1


def app(*, args: Sequence[str], prog_name: str = "haven clean") -> int:
    """Write a cleaned copy of each file; the files themselves stay as they are."""
    asked = _parser(prog_name).parse_args(args)
    failed = False
    for path in asked.files:
        try:
            cleaned = clean(path.name, load(path, MAX_BYTES).data, with_outputs=not asked.outputs)
            sys.stdout.write(f"{_written(path, cleaned, asked.to)}\n")
        except (CannotClean, Unreadable, OSError) as error:
            failed = True
            reason = error.strerror if isinstance(error, OSError) else error
            sys.stderr.write(f"{prog_name}: {path}: {reason}\n")
    return EXIT_NOT_CLEANED if failed else 0


def _written(path: Path, cleaned: Cleaned, folder: Path | None) -> str:
    if not cleaned.taken:
        return f"{path}: nothing to take out"
    target = (folder or path.parent) / f"{path.stem}.clean{path.suffix}"
    # Never over something: a second run has another name to be given.
    with target.open("xb") as file:
        file.write(cleaned.content)
    return f"{target}: without {', '.join(cleaned.taken)}. Check it: haven check {target}"


def _parser(prog_name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog_name, description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE",
                        help="a picture, notebook, text, table or office file")  # fmt: skip
    parser.add_argument("--to", type=Path, metavar="FOLDER",
                        help="where copies go; beside each file if not said")  # fmt: skip
    parser.add_argument("--outputs", action="store_true",
                        help="take the outputs of notebooks out as well")  # fmt: skip
    return parser
