"""`haven check`: the disclosure engine as one command, with nothing else started.

Exit status: 0 pass, 10 review, 20 fail, 2 when the command itself is wrong.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from output_checker.disclosure import report as reports
from output_checker.disclosure import report_pages
from output_checker.disclosure import specs as spec_files
from output_checker.disclosure.errors import BadPolicy, BadSource, BadSpec
from output_checker.disclosure.model import Finding, Report, Source, Verdict
from output_checker.disclosure.policies import load as policy_files
from output_checker.disclosure.policies.strictness import strictest
from output_checker.disclosure.readers import sandbox
from output_checker.disclosure.sessions import is_session, open_session
from output_checker.disclosure.spec import ModelSpec, Spec
from output_checker.disclosure.words import few_names

if TYPE_CHECKING:
    from output_checker.disclosure.differencing.published import Published

EXIT_BY_VERDICT = {Verdict.PASS: 0, Verdict.REVIEW: 10, Verdict.FAIL: 20}
EXIT_USAGE = 2
_SPEC = ".spec.json"
# Findings that are about the command line, not about the file.
_USAGE_RULES = frozenset({"unknown-column", "spec"})


class _Misused(Exception):
    """The command line asks for what cannot be done."""


def app(*, args: Sequence[str], prog_name: str = "haven check") -> int:
    """Judge outputs; the exit status is the verdict.

    Typer, which the other commands use, would take as long to load as the whole check.
    """
    asked = _parser(prog_name).parse_intermixed_args(_files_with_dashes(args))
    try:
        report = _judge(
            asked.files,
            _wanted(asked.source, asked.entity, asked.holding, tuple(asked.identifier)),
            asked.spec,
            asked.policy or ["sacro-10"],
            asked.released,
        )
    except (BadPolicy, BadSource, BadSpec, _Misused) as error:
        sys.stderr.write(f"{prog_name}: {error}\n")
        return EXIT_USAGE
    sys.stdout.write(f"{_WRITERS[asked.format](report)}\n")
    return EXIT_BY_VERDICT[report.verdict]


def _files_with_dashes(args: Sequence[str]) -> list[str]:
    """What follows `--` are files, also where a name begins with a dash."""
    if "--" not in args:
        return list(args)
    at = args.index("--")
    return [*args[:at], *(f"./{name}" if name.startswith("-") else name for name in args[at + 1 :])]


def _parser(prog_name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog_name,
        description="Judge outputs by the rules, against the data they were made from.",
        epilog="Exit status: 0 pass, 10 review, 20 fail, 2 when the command itself is wrong.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE",
                        help="an output, or the folder of an ACRO session")  # fmt: skip
    for name, kind, words in (
        ("source", Path, "data it was made from: .csv or .parquet; may be given again"),
        ("policy", str, "name of a policy, or a file; of several the strictest"),
        ("identifier", str, "source column whose values may be in no output"),
    ):
        parser.add_argument(f"--{name}", type=kind, action="append", default=[], help=words)
    for name, kind, words in (
        ("spec", Path, "JSON: what the tables are; for each NAME.spec.json beside it when absent"),
        ("entity", str, "source column that names the person or firm"),
        ("holding", str, "source column that names who owns the entity"),
        (
            "released",
            Path,
            "directory of what was released before, with NAME.spec.json beside each",
        ),
    ):
        parser.add_argument(f"--{name}", type=kind, help=words)
    parser.add_argument("--format", choices=tuple(_WRITERS), default="text", help="how to report")
    return parser


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
    released: Path | None,
) -> Report:
    _stop_if_missing(files, released)
    chosen = strictest([policy_files.load(policy) for policy in policies])
    parsed = None if spec is None else spec_files.load(spec)
    named: dict[str, Spec] = {}
    expanded: list[Path] = []
    for path in files:
        if is_session(path):
            session = open_session(path)
            expanded += [*session.specs, *session.others]
            named |= {str(one): said for one, said in session.specs.items()}
        else:
            expanded.append(path)
            beside = path.with_name(path.name + _SPEC)
            if parsed is not None:
                named[str(path)] = parsed
            elif beside.is_file():
                named[str(path)] = spec_files.load(beside)
    # It loads its readers while this process loads the rules.
    sandbox.SHARED.start()
    from output_checker.disclosure.engine import check_files

    check = partial(check_files, sources=sources, policy=chosen)
    before = _Before() if released is None else _judge_released(check, released)
    report = check(
        expanded,
        specs=named,
        display_names={path: str(path) for path in expanded},
        released=before.models,
        earlier=before.tables,
    )
    _stop_if_misused(report)
    return _not_compared(report, before.others) if before.others else report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What was released before. Attributes: `others` are files that nothing is held against."""

    models: Sequence[Spec] = ()
    tables: Sequence["Published"] = ()
    others: Sequence[str] = ()


def _judge_released(check: Callable[..., Report], folder: Path) -> _Before:
    """Find out what earlier outputs say of the data: by the specs beside them, or by reading."""
    from output_checker.disclosure.differencing.published import from_json

    found = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [path for path in found if not path.name.endswith(_SPEC)]
    named = {str(path).removesuffix(_SPEC): path for path in found if path not in files}
    specs: dict[str, Spec] = {}
    for name, path in named.items():
        with suppress(BadSpec):
            specs[name] = spec_files.load(path)
    report = check(files, specs=specs, display_names={path: str(path) for path in files})
    models = {name for name, spec in specs.items() if isinstance(spec, ModelSpec)}
    told = {file.file for file in report.files if file.published}
    return _Before(
        models=[specs[name] for name in sorted(models)],
        tables=[from_json(one) for file in report.files for one in file.published],
        others=sorted({*map(str, files), *named} - told - models),
    )


def _stop_if_missing(files: list[Path], released: Path | None) -> None:
    for path in files:
        if not os.path.lexists(path):
            raise _Misused(f"{path}: no such file; name outputs that exist")
    if released is not None and not released.is_dir():
        raise _Misused(f"{released}: no such directory; --released wants a directory")


def _stop_if_misused(report: Report) -> None:
    for item in report.files:
        for finding in item.findings:
            if finding.rule in _USAGE_RULES:
                raise _Misused(f"{finding.reason}; {finding.mend}")


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
