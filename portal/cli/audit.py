"""`haven audit`: whether what tables show gives back what they hide. No source is needed.

Exit status: 0 pass, 10 review, 20 fail, 2 when the command itself is wrong or a table cannot be
read.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.reconstruction import statistics
from output_checker.disclosure.reconstruction.judge import as_json as as_object
from output_checker.disclosure.reconstruction.judge import as_text as as_words
from output_checker.disclosure.reconstruction.judge import reconstructed
from output_checker.disclosure.suppression.audit import audit
from output_checker.disclosure.suppression.audit_report import as_json, as_text
from output_checker.disclosure.suppression.equations import TooHard
from output_checker.disclosure.suppression.published import CannotAudit, published
from output_checker.disclosure.suppression.suggest import as_csv, suggest, with_hidden
from output_checker.disclosure.suppression.system import Setting
from portal.cli.table_files import hierarchies_of, table_of, text_of, write_tables

EXIT_BY_VERDICT: Final = {Verdict.PASS: 0, Verdict.REVIEW: 10, Verdict.FAIL: 20}
EXIT_USAGE: Final = 2
_WRITERS: Final = {"text": as_text, "json": as_json}
_LEAST_THRESHOLD: Final = 2


def app(*, args: Sequence[str], prog_name: str = "haven audit") -> int:
    """Audit tables together; the exit status is the verdict."""
    parser = _parser(prog_name)
    asked = parser.parse_args(args)
    if bool(asked.tables) is (asked.statistics is not None):
        parser.error("give tables, or --statistics FILE")
    try:
        if asked.statistics is not None:
            return _statistics(asked)
        setting = _setting(asked)
        tables = {path: table_of(path) for path in asked.tables}
        found = [
            published(str(path), table, by=asked.by, counts=setting.counts)
            for path, table in tables.items()
        ]
        suggestion = None
        if asked.suggest:
            suggestion = suggest(found, setting)
            found = [with_hidden(one, suggestion.small | suggestion.added) for one in found]
        report = audit(found, setting)
        if asked.out is not None:
            pairs = zip(tables.values(), found, strict=True)
            write_tables(asked.out, dict(zip(tables, pairs, strict=True)), as_csv)
    except TooHard:
        sys.stderr.write(f"{prog_name}: no cells were found in the time; audit fewer tables\n")
        return EXIT_BY_VERDICT[Verdict.REVIEW]
    except CannotAudit as error:
        sys.stderr.write(f"{prog_name}: {error}\n")
        return EXIT_USAGE
    except OSError as error:
        sys.stderr.write(f"{prog_name}: {error.filename}: {error.strerror}\n")
        return EXIT_USAGE
    sys.stdout.write(f"{_WRITERS[asked.format](report, setting, suggestion)}\n")
    return EXIT_BY_VERDICT[report.verdict]


def _statistics(asked: argparse.Namespace) -> int:
    """Raises: CannotAudit, OSError."""
    found = reconstructed(statistics.parse(text_of(asked.statistics)))
    is_json = asked.format == "json"
    sys.stdout.write(f"{json.dumps(as_object(found), indent=2) if is_json else as_words(found)}\n")
    return EXIT_BY_VERDICT[found.verdict]


def _setting(asked: argparse.Namespace) -> Setting:
    """Raises: CannotAudit, OSError."""
    rounding = None if asked.rounding is None else Rounding.read(asked.rounding)
    if asked.rounding is not None and rounding is None:
        raise CannotAudit("--rounding wants a number such as 5, or midpoint6")
    if asked.suggest and (asked.magnitude or rounding is not None):
        raise CannotAudit("--suggest is for counts that are not rounded")
    if asked.out is not None and not asked.suggest:
        raise CannotAudit("--out is where --suggest writes to; give that as well")
    if asked.threshold < _LEAST_THRESHOLD:
        raise CannotAudit(f"--threshold wants {_LEAST_THRESHOLD} people or more")
    return Setting(
        threshold=asked.threshold,
        counts=not asked.magnitude,
        rounding=rounding,
        hierarchies=hierarchies_of(asked.hierarchies),
    )


def _parser(prog_name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog_name,
        description="Say between which numbers each hidden cell lies, from the tables alone.",
        epilog="Exit status: 0 pass, 10 review, 20 fail, 2 when the command itself is wrong.",
    )
    parser.add_argument("tables", nargs="*", type=Path, metavar="TABLE",
                        help="a file with one table; several are read together")  # fmt: skip
    parser.add_argument("--statistics", type=Path, metavar="FILE",
                        help="instead of tables: counts, means and medians of a few people, "
                        "as JSON")  # fmt: skip
    parser.add_argument("--hierarchies", type=Path, metavar="FILE",
                        help='JSON: {"column": {"label": ["part", ...]}}')  # fmt: skip
    parser.add_argument("--threshold", type=int, default=10, metavar="N",
                        help="fewest people a published count may rest on (10)")  # fmt: skip
    parser.add_argument("--by", action="append", default=[], metavar="COLUMN",
                        help="a column that holds labels; else found by what it holds")  # fmt: skip
    parser.add_argument("--rounding", metavar="BASE", help="how numbers are rounded: 5, midpoint6")
    parser.add_argument("--magnitude", action="store_true", help="the numbers are no counts")
    parser.add_argument("--suggest", action="store_true",
                        help="choose cells to hide, for a table with all counts")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help="where --suggest writes the table with them hidden")  # fmt: skip
    parser.add_argument("--format", choices=tuple(_WRITERS), default="text", help="how to report")
    return parser
