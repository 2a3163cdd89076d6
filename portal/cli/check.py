"""`haven check`: the disclosure engine as one command, with nothing else started.

Exit status: 0 pass, 10 review, 20 fail, 2 when the command itself is wrong.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from output_checker.disclosure import report as reports
from output_checker.disclosure import report_pages
from output_checker.disclosure import specs as spec_files
from output_checker.disclosure.errors import BadPolicy, BadSource, BadSpec
from output_checker.disclosure.model import Finding, Report, Verdict
from output_checker.disclosure.readers import sandbox
from output_checker.disclosure.sessions import is_session, open_session
from output_checker.disclosure.spec import Spec
from output_checker.disclosure.words import few_names
from portal.cli.judged_by import (
    EXIT_BY_VERDICT,
    EXIT_USAGE,
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


def app(*, args: Sequence[str], prog_name: str = "haven check") -> int:
    """Judge outputs; the exit status is the verdict.

    Typer, which the other commands use, would take as long to load as the whole check.
    """
    asked = _parser(prog_name).parse_intermixed_args(files_with_dashes(args))
    try:
        report = _judge(asked)
    except (BadPolicy, BadSource, BadSpec, Misused) as error:
        sys.stderr.write(f"{prog_name}: {error}\n")
        return EXIT_USAGE
    sys.stdout.write(f"{_WRITERS[asked.format](report)}\n")
    return EXIT_BY_VERDICT[report.verdict]


def _parser(prog_name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog_name,
        description="Judge outputs by the rules, against the data they were made from.",
        epilog="Exit status: 0 pass, 10 review, 20 fail, 2 when the command itself is wrong.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE",
                        help="an output, or the folder of an ACRO session")  # fmt: skip
    add_options(parser)
    parser.add_argument("--format", choices=tuple(_WRITERS), default="text", help="how to report")
    return parser


def _judge(asked: argparse.Namespace) -> Report:
    sources = sources_of(asked)
    stop_if_missing(asked.files, asked.released)
    chosen = policy_of(asked)
    given = None if asked.spec is None else spec_files.load(asked.spec)
    expanded, named = _expanded(asked.files, given)
    # It loads its readers while this process loads the rules.
    sandbox.SHARED.start()
    from output_checker.disclosure.engine import check_files

    check = partial(check_files, sources=sources, policy=chosen)
    before = judge_released(check, asked.released)
    report = check(
        expanded,
        specs=named,
        display_names={path: str(path) for path in expanded},
        released=before.models,
        earlier=before.tables,
    )
    stop_if_misused(report)
    return _not_compared(report, before.others) if before.others else report


def _expanded(files: Sequence[Path], given: Spec | None) -> tuple[list[Path], dict[str, Spec]]:
    """The files to judge, those of sessions among them, and what is said of each."""
    expanded: list[Path] = []
    named: dict[str, Spec] = {}
    for path in files:
        if is_session(path):
            session = open_session(path)
            expanded += [*session.specs, *session.others]
            named |= {str(one): said for one, said in session.specs.items()}
        else:
            expanded.append(path)
            if (spec := spec_of(path, given)) is not None:
                named[str(path)] = spec
    return expanded, named


def _not_compared(report: Report, names: Sequence[str]) -> Report:
    finding = Finding(
        rule="released",
        verdict=Verdict.REVIEW,
        where="the whole file",
        reason=f"not compared with {len(names)} earlier outputs that no source explains: "
        f"{few_names(names)}",
        mend="put the spec of each beside it, or let a checker compare by hand",
    )
    files = tuple(
        replace(
            item,
            verdict=Verdict.worst((item.verdict, finding.verdict)),
            findings=(*item.findings, finding),
        )
        for item in report.files
    )
    return replace(report, verdict=Verdict.worst(item.verdict for item in files), files=files)


def _as_text(report: Report) -> str:
    is_terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((100, 24)).columns
    return reports.as_text(report, colour=is_terminal, width=width)


_WRITERS = {
    "text": _as_text,
    "json": reports.as_json,
    "markdown": report_pages.as_markdown,
    "html": report_pages.as_html,
}


if __name__ == "__main__":
    # Also when started as `python -m portal.cli.check check FILE`, as `haven` is.
    sys.exit(app(args=sys.argv[2:] if sys.argv[1:2] == ["check"] else sys.argv[1:]))
