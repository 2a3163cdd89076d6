"""`haven fix`: versions of a table that pass, ranked by what each of them loses.

Exit status: 0 when the file passes or a version of it does, 10 or 20, as of `haven check`, when no
version was found, 2 when the command itself is wrong.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from output_checker.disclosure import specs as spec_files
from output_checker.disclosure.errors import BadPolicy, BadSource, BadSpec
from output_checker.disclosure.readers import sandbox
from output_checker.disclosure.report_table import plain
from output_checker.disclosure.words import few_names
from portal.cli.judged_by import (
    EXIT_BY_VERDICT,
    EXIT_USAGE,
    SPEC,
    Before,
    Misused,
    add_options,
    files_with_dashes,
    judge_released,
    policy_of,
    sources_of,
    spec_of,
    stop_if_missing,
    stop_if_misused,
)

if TYPE_CHECKING:
    from output_checker.disclosure.advice.remedies import Advice

_SECONDS: Final = 60.0


def app(*, args: Sequence[str], prog_name: str = "haven fix") -> int:
    """Look for versions of one table that pass, and write them where that is asked for."""
    asked = _parser(prog_name).parse_intermixed_args(files_with_dashes(args))
    try:
        advice = _advice(asked, prog_name)
        written = _write(asked, advice)
    except (BadPolicy, BadSource, BadSpec, Misused) as error:
        sys.stderr.write(f"{prog_name}: {error}\n")
        return EXIT_USAGE
    except OSError as error:
        sys.stderr.write(f"{prog_name}: {error.filename}: {error.strerror}\n")
        return EXIT_USAGE
    sys.stdout.write(f"{_said(asked, advice, written)}\n")
    return 0 if advice.is_safe else EXIT_BY_VERDICT[advice.verdict]


def _parser(prog_name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog_name,
        description="Look for versions of a table that pass, and say what each of them loses.",
        epilog="Exit status: 0 when the file or a version of it passes, 10 or 20, as of `haven "
        "check`, when no version was found, 2 when the command itself is wrong.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a file with one table")
    add_options(parser)
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="where FILE-1.csv, FILE-2.csv, and their specs, go")  # fmt: skip
    parser.add_argument("--choose", type=int, metavar="N",
                        help="show version N, and write no other")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=_SECONDS, metavar="S",
                        help=f"how long to look ({_SECONDS:g})")  # fmt: skip
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report")
    return parser


def _advice(asked: argparse.Namespace, prog_name: str) -> "Advice":
    """Raises: Misused, BadPolicy, BadSource, BadSpec."""
    sources, policy = sources_of(asked), policy_of(asked)
    stop_if_missing([asked.file], asked.released)
    if asked.file.is_dir():
        raise Misused(f"{asked.file}: a folder; name one file in it")
    if not sources:
        raise Misused("numbers are made anew from the data: give --source")
    if not asked.seconds > 0:
        raise Misused("--seconds wants a number above 0")
    given = spec_of(asked.file, None if asked.spec is None else spec_files.load(asked.spec))
    sandbox.SHARED.start()
    from output_checker.disclosure.advice.files import advise_on_file
    from output_checker.disclosure.engine import bench, check_files

    before = judge_released(partial(check_files, sources=sources, policy=policy), asked.released)
    _stop_if_not_compared(before)
    with bench(
        sources=sources, policy=policy, released=before.models, earlier=before.tables
    ) as made:
        report, advice = advise_on_file(
            made, asked.file, given, seconds=asked.seconds,
            progress=lambda words: _tell(f"{prog_name}: trying to {words}"),
        )  # fmt: skip
    stop_if_misused(report)
    return advice


def _tell(words: str) -> None:
    sys.stderr.write(f"{plain(words)}\n")
    sys.stderr.flush()


def _stop_if_not_compared(before: Before) -> None:
    if before.others:
        raise Misused(
            f"{len(before.others)} earlier outputs are explained by no source, so every version "
            f"would be for a person: {few_names(before.others)}; put the spec of each beside it"
        )


def _write(asked: argparse.Namespace, advice: "Advice") -> dict[int, Path]:
    """Never over something: nothing is written when any of the names is taken.

    Raises: Misused, OSError.
    """
    from output_checker.disclosure.advice.files import as_csv, as_json

    numbers = range(1, len(advice.remedies) + 1)
    if asked.choose is not None and asked.choose not in numbers and advice.remedies:
        raise Misused(f"--choose wants a number from 1 to {len(advice.remedies)}")
    if asked.out is None:
        return {}
    chosen = [one for one in numbers if asked.choose in (None, one)]
    places = {one: asked.out / f"{asked.file.stem}-{one}.csv" for one in chosen}
    for path in places.values():
        for name in (path, path.with_name(path.name + SPEC)):
            if os.path.lexists(name):
                raise Misused(f"{name}: is there already; name another folder")
    if places:
        asked.out.mkdir(exist_ok=True)
    for one, path in places.items():
        remedy = advice.remedies[one - 1]
        for name, text in (
            (path.with_name(path.name + SPEC), as_json(remedy.spec)),
            (path, as_csv(remedy.table)),
        ):
            with name.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
    return places


def _said(asked: argparse.Namespace, advice: "Advice", written: dict[int, Path]) -> str:
    from output_checker.disclosure.advice import report

    name, policy = str(asked.file), policy_of(asked).name
    if asked.format == "json":
        return report.as_json(advice, name, policy=policy, written=written)
    return report.as_text(
        advice,
        name,
        policy=policy,
        shown=asked.choose or 1,
        written=written,
        colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        width=shutil.get_terminal_size((100, 24)).columns,
    )
