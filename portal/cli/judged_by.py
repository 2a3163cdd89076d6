"""What `haven check` and `haven fix` are told alike: data, policy, and what was released before."""

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from output_checker.disclosure import specs as spec_files
from output_checker.disclosure.errors import BadSource, BadSpec
from output_checker.disclosure.model import Report, Source, Verdict
from output_checker.disclosure.perturbation.cell_keys import SECRET_BYTES
from output_checker.disclosure.policies import load as policy_files
from output_checker.disclosure.policies.strictness import strictest
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.spec import ModelSpec, Spec

if TYPE_CHECKING:
    from output_checker.disclosure.differencing.published import Published

EXIT_BY_VERDICT: Final = {Verdict.PASS: 0, Verdict.REVIEW: 10, Verdict.FAIL: 20}
EXIT_USAGE: Final = 2
SPEC: Final = ".spec.json"
_DEFAULT: Final = "sacro-10"
# Findings that are about the command line, not about the file.
_USAGE_RULES: Final = frozenset({"unknown-column", "spec"})


class Misused(Exception):
    """The command line asks for what cannot be done."""


def add_options(parser: argparse.ArgumentParser) -> None:
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
        ("perturbation-key", Path, "file with the data owner's key of the cell key method"),
        (
            "released",
            Path,
            "directory of what was released before, with NAME.spec.json beside each",
        ),
    ):
        parser.add_argument(f"--{name}", type=kind, help=words)


def files_with_dashes(args: Sequence[str]) -> list[str]:
    """What follows `--` are files, also where a name begins with a dash."""
    if "--" not in args:
        return list(args)
    at = args.index("--")
    return [*args[:at], *(f"./{name}" if name.startswith("-") else name for name in args[at + 1 :])]


def sources_of(asked: argparse.Namespace) -> list[Source]:
    """Raises: BadSource."""
    about = (asked.entity, asked.holding, asked.identifier, asked.perturbation_key)
    if any(about) and not asked.source:
        raise BadSource(
            "--entity, --holding, --identifier and --perturbation-key are about a source; "
            "give --source as well"
        )
    secret = b"" if asked.perturbation_key is None else secret_of(asked.perturbation_key)
    return [
        Source(
            name=path.name, path=path, entity=asked.entity, holding=asked.holding,
            identifiers=tuple(asked.identifier), perturbation_key=secret,
        )
        for path in asked.source
    ]  # fmt: skip


def secret_of(path: Path) -> bytes:
    """Raises: BadSource."""
    try:
        found = path.read_bytes()
    except OSError:
        found = b""
    if len(found) != SECRET_BYTES:
        raise BadSource(f"{path}: no key; a perturbation key is a file of {SECRET_BYTES} bytes")
    return found


def policy_of(asked: argparse.Namespace) -> Policy:
    """Raises: BadPolicy."""
    return strictest([policy_files.load(policy) for policy in asked.policy or [_DEFAULT]])


def spec_of(path: Path, given: Spec | None) -> Spec | None:
    """What was given for it, else what stands beside it. Raises: BadSpec."""
    beside = path.with_name(path.name + SPEC)
    if given is None and beside.is_file():
        return spec_files.load(beside)
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was released before. Attributes: `others` are files that nothing is held against."""

    models: Sequence[Spec] = ()
    tables: Sequence["Published"] = ()
    others: Sequence[str] = ()


def judge_released(check: Callable[..., Report], folder: Path | None) -> Before:
    """Find out what earlier outputs say of the data: by the specs beside them, or by reading."""
    if folder is None:
        return Before()
    from output_checker.disclosure.differencing.published import from_json

    found = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [path for path in found if not path.name.endswith(SPEC)]
    named = {str(path).removesuffix(SPEC): path for path in found if path not in files}
    specs: dict[str, Spec] = {}
    for name, path in named.items():
        with suppress(BadSpec):
            specs[name] = spec_files.load(path)
    report = check(files, specs=specs, display_names={path: str(path) for path in files})
    models = {name for name, spec in specs.items() if isinstance(spec, ModelSpec)}
    told = {file.file for file in report.files if file.published}
    return Before(
        models=[specs[name] for name in sorted(models)],
        tables=[from_json(one) for file in report.files for one in file.published],
        others=sorted({*map(str, files), *named} - told - models),
    )


def stop_if_missing(files: Sequence[Path], released: Path | None) -> None:
    """Raises: Misused."""
    for path in files:
        if not os.path.lexists(path):
            raise Misused(f"{path}: no such file; name outputs that exist")
    if released is not None and not released.is_dir():
        raise Misused(f"{released}: no such directory; --released wants a directory")


def stop_if_misused(report: Report) -> None:
    """Raises: Misused."""
    for item in report.files:
        for finding in item.findings:
            if finding.rule in _USAGE_RULES:
                raise Misused(f"{finding.reason}; {finding.mend}")
