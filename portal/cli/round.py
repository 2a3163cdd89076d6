"""`haven round`: the counts of tables rounded, each by itself or so that totals still add up.

Exit status: 0 written, 10 no way was found in the time, 2 when the command itself is wrong or a
table cannot be read.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from output_checker.disclosure.perturbation.tables import (
    CannotRound,
    Method,
    Rounded,
    as_csv,
    rounded_tables,
)
from output_checker.disclosure.suppression.equations import TooHard
from output_checker.disclosure.suppression.published import CannotAudit, published
from portal.cli.table_files import hierarchies_of, table_of, write_tables

EXIT_USAGE: Final = 2
EXIT_NOT_FOUND: Final = 10
_NOT_FOUND: Final = (
    "no way to round all of it together was found in the time; round fewer tables or dimensions "
    "at once, or use --method conventional"
)
_MOVED: Final = (
    "{count} of them are farther from their count than one multiple: totals add up in no other "
    "way. haven check takes these for wrong; merge labels, or use --method conventional."
)
_TOGETHER: Final = "Totals are the sums of what they are totals of."
_EACH: Final = "Totals are rounded from the true totals, so parts may not add up to them."


def app(*, args: Sequence[str], prog_name: str = "haven round") -> int:
    """Round tables that are published together, and write them."""
    asked = _parser(prog_name).parse_args(args)
    try:
        tables = {path: table_of(path) for path in asked.tables}
        found = rounded_tables(
            [published(str(path), one, by=asked.by, counts=True) for path, one in tables.items()],
            method=Method(asked.method),
            base=asked.base,
            hierarchies=hierarchies_of(asked.hierarchies),
        )
        pairs = zip(tables.values(), found.tables, strict=True)
        write_tables(asked.out, dict(zip(tables, pairs, strict=True)), as_csv)
    except TooHard:
        sys.stderr.write(f"{prog_name}: {_NOT_FOUND}\n")
        return EXIT_NOT_FOUND
    except (CannotAudit, CannotRound) as error:
        sys.stderr.write(f"{prog_name}: {error}\n")
        return EXIT_USAGE
    except OSError as error:
        sys.stderr.write(f"{prog_name}: {error.filename}: {error.strerror}\n")
        return EXIT_USAGE
    sys.stdout.write(f"{_said(found, Method(asked.method))}\n")
    return 0


def _said(found: Rounded, method: Method) -> str:
    cells = sum(cell.value is not None for table in found.tables for cell in table.cells)
    words = _TOGETHER if method is Method.CONTROLLED else _EACH
    lines = [f"{cells} counts are rounded, {found.changed} of them changed. {words}"]
    if found.moved:
        lines.append(_MOVED.format(count=found.moved))
    return "\n".join(lines)


def _parser(prog_name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog_name,
        description="Round the counts of tables that are published together.",
        epilog="Exit status: 0 written, 10 no way was found in the time, 2 when the command itself "
        "is wrong.",
    )
    parser.add_argument("tables", nargs="+", type=Path, metavar="TABLE",
                        help="a file with one table; several are rounded together")  # fmt: skip
    parser.add_argument("--base", type=int, required=True, metavar="N",
                        help="counts become multiples of it")  # fmt: skip
    parser.add_argument("--method", choices=[one.value for one in Method],
                        default=Method.CONVENTIONAL.value,
                        help="each to the nearest multiple; together, so that totals add up; or "
                        "each to the middle of its band (base 6: 1 to 6 is 3)")  # fmt: skip
    parser.add_argument("--hierarchies", type=Path, metavar="FILE",
                        help='JSON: {"column": {"label": ["part", ...]}}')  # fmt: skip
    parser.add_argument("--by", action="append", default=[], metavar="COLUMN",
                        help="a column that holds labels; else found by what it holds")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="FILE",
                        help="where the table is written; a folder for several")  # fmt: skip
    return parser
