"""`haven perturb`: a table of true counts in, the one that the cell key method shows out.

Exit status: 0 written, 2 when the command itself is wrong or the table is not what the spec says.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from output_checker.disclosure import specs
from output_checker.disclosure.errors import BadSource, BadSpec
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.model import Source
from output_checker.disclosure.perturbation.tables import CannotRound
from output_checker.disclosure.perturbation.written import perturbed_rows
from output_checker.disclosure.spec import TableSpec
from output_checker.disclosure.suppression.published import CannotAudit
from portal.cli.judged_by import secret_of
from portal.cli.table_files import table_of

EXIT_USAGE: Final = 2


def app(*, args: Sequence[str], prog_name: str = "haven perturb") -> int:
    """Write the table with other counts, and with the same marks."""
    asked = _parser(prog_name).parse_args(args)
    try:
        table = table_of(asked.table)
        spec = specs.load(asked.spec or asked.table.with_name(f"{asked.table.name}.spec.json"))
        if not isinstance(spec, TableSpec):
            raise BadSpec("spec: only tables are perturbed")  # noqa: TRY301 - one place says it
        source = Source(
            name=asked.source.name, path=asked.source, entity=asked.entity,
            perturbation_key=secret_of(asked.perturbation_key),
        )  # fmt: skip
        with opened(source) as data:
            rows = perturbed_rows(table, data, spec)
        with asked.out.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([table.header, *rows])
    except (CannotAudit, CannotRound, BadSource, BadSpec, NotThatTable) as error:
        sys.stderr.write(f"{prog_name}: {error}\n")
        return EXIT_USAGE
    except OSError as error:
        sys.stderr.write(f"{prog_name}: {error.filename}: {error.strerror}\n")
        return EXIT_USAGE
    sys.stdout.write(
        "The counts are changed by their cell keys. Totals are changed by themselves, so parts may "
        "not add up to them.\n"
    )
    return 0


def _parser(prog_name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog_name,
        description="Change the counts of a table by the cell key method.",
        epilog="Exit status: 0 written, 2 when the command itself is wrong.",
    )
    parser.add_argument("table", type=Path, metavar="TABLE", help="a table of true counts")
    parser.add_argument("--source", type=Path, required=True,
                        help="data it was made from: .csv or .parquet")  # fmt: skip
    parser.add_argument("--entity", help="source column that names the person or firm")
    parser.add_argument("--perturbation-key", type=Path, required=True, metavar="FILE",
                        help="the data owner's key")  # fmt: skip
    parser.add_argument(
        "--spec", type=Path, help="JSON: what the table is; TABLE.spec.json if not said"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE",
                        help="where the table is written")  # fmt: skip
    return parser
