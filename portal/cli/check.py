"""`haven check`: the disclosure engine as one command, with nothing else started.

Exit status: 0 pass, 10 review, 20 fail, 2 when the command itself is wrong.
"""

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from output_checker.disclosure import report as reports
from output_checker.disclosure import report_pages
from output_checker.disclosure import specs as spec_files
from output_checker.disclosure.errors import BadPolicy, BadSource, BadSpec
from output_checker.disclosure.model import FileReport, Finding, Report, Source, Verdict
from output_checker.disclosure.policies import load as policy_files
from output_checker.disclosure.policies.strictness import strictest
from output_checker.disclosure.sessions import is_session, open_session
from output_checker.disclosure.spec import Spec

EXIT_BY_VERDICT = {Verdict.PASS: 0, Verdict.REVIEW: 10, Verdict.FAIL: 20}
EXIT_USAGE = 2
# Findings that are about the command line, not about the file.
_USAGE_RULES = frozenset({"unknown-column", "spec"})

app = typer.Typer(add_completion=False)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


@app.command()
def check(  # noqa: PLR0917 - Typer names each by its option
    files: Annotated[
        list[Path], typer.Argument(help="Outputs to judge: .csv, .png or an ACRO session")
    ],
    source: Annotated[
        list[Path] | None, typer.Option(help="Data they were made from: .csv or .parquet")
    ] = None,
    spec: Annotated[
        Path | None,
        typer.Option(help="JSON: rows, columns, values, aggregate, where, margins of the tables"),
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option(help="Name of a policy, or a file; of several the strictest")
    ] = None,
    entity: Annotated[
        str | None, typer.Option(help="Source column that names the person or firm")
    ] = None,
    holding: Annotated[
        str | None, typer.Option(help="Source column that names who owns the entity")
    ] = None,
    identifier: Annotated[
        list[str] | None, typer.Option(help="Source column whose values may be in no output")
    ] = None,
    released: Annotated[
        Path | None, typer.Option(help="Directory of what was released before")
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", help="How to report")] = Format.TEXT,
) -> None:
    """Judge outputs by the rules, against the data they were made from."""
    _stop_if_missing(files, released)
    try:
        wanted = _wanted(source or [], entity, holding, tuple(identifier or ()))
        report = _judge(files, wanted, spec, policy or ["sacro-10"], _released_specs(released))
    except (BadPolicy, BadSource, BadSpec) as error:
        _stop(str(error))
    _stop_if_misused(report)
    if released is not None:
        report = _not_compared(report)
    _show(report, output_format)
    raise typer.Exit(EXIT_BY_VERDICT[report.verdict])


def _wanted(
    sources: list[Path], entity: str | None, holding: str | None, identifiers: tuple[str, ...]
) -> list[Source]:
    if (entity or holding or identifiers) and not sources:
        raise BadSource(
            "--entity, --holding and --identifier name columns of a source; give --source as well"
        )
    return [
        Source(name=path.name, path=path, entity=entity, holding=holding, identifiers=identifiers)
        for path in sources
    ]


def _judge(
    files: list[Path],
    sources: list[Source],
    spec: Path | None,
    policies: list[str],
    released: list[Spec],
) -> Report:
    chosen = strictest([policy_files.load(policy) for policy in policies])
    parsed = None if spec is None else spec_files.load(spec)
    named: dict[str, Spec] = {}
    expanded: list[Path] = []
    for path in files:
        if is_session(path):
            session = open_session(path)
            expanded += session.specs
            named |= {str(one): said for one, said in session.specs.items()}
        else:
            expanded.append(path)
            if parsed is not None:
                named[str(path)] = parsed
    from output_checker.disclosure.engine import check_files

    return check_files(
        expanded,
        sources=sources,
        specs=named,
        policy=chosen,
        display_names={path: str(path) for path in expanded},
        released=released,
    )


def _released_specs(folder: Path | None) -> list[Spec]:
    """The specs beside earlier outputs; one that cannot be read leaves its output to a checker."""
    found = []
    for path in sorted(folder.rglob("*.spec.json")) if folder is not None else ():
        with suppress(BadSpec):
            found.append(spec_files.load(path))
    return found


def _stop_if_missing(files: list[Path], released: Path | None) -> None:
    for path in files:
        if not os.path.lexists(path):
            _stop(f"{path}: no such file; name outputs that exist")
    if released is not None and not released.is_dir():
        _stop(f"{released}: no such directory; --released wants a directory")


def _stop_if_misused(report: Report) -> None:
    for item in report.files:
        for finding in item.findings:
            if finding.rule in _USAGE_RULES:
                _stop(f"{finding.reason}; {finding.mend}")


def _not_compared(report: Report) -> Report:
    finding = Finding(
        rule="released",
        verdict=Verdict.REVIEW,
        where="the whole file",
        reason="this version does not yet compare tables with what was released before",
        mend="a checker has to compare by hand",
    )
    files = tuple(
        FileReport.of(item.file, item.sha256, (*item.findings, finding), item.preview)
        for item in report.files
    )
    return replace(report, verdict=Verdict.worst(item.verdict for item in files), files=files)


def _show(report: Report, output_format: Format) -> None:
    if output_format is not Format.TEXT:
        writers = {
            Format.JSON: reports.as_json,
            Format.MARKDOWN: report_pages.as_markdown,
            Format.HTML: report_pages.as_html,
        }
        typer.echo(writers[output_format](report))
        return
    is_terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((100, 24)).columns
    typer.echo(reports.as_text(report, colour=is_terminal, width=width))


def _stop(message: str) -> NoReturn:
    typer.echo(f"haven check: {message}", err=True)
    raise typer.Exit(EXIT_USAGE)


if __name__ == "__main__":
    # Also when started as `python -m portal.cli.check check FILE`, as `haven` is.
    if sys.argv[1:2] == ["check"]:
        del sys.argv[1]
    app(prog_name="haven check")
