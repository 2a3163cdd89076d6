"""Read, gather evidence, apply rules, give a verdict."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from output_checker.disclosure.model import Policy, Report, Source, TableSpec

MAX_FILE_BYTES = 16 * 1024**2


def check_files(
    files: Sequence[Path],
    *,
    sources: Sequence[Source],
    specs: Mapping[str, TableSpec],
    policy: Policy,
    max_bytes: int = MAX_FILE_BYTES,
    display_names: Mapping[Path, str] | None = None,
) -> Report:
    """Judge files against the data they were made from.

    Args:
        files: Paths of regular files; a link, directory or pipe becomes a finding.
        specs: Display name of a file to what the researcher says it is.
        max_bytes: Larger files are refused without being read.
        display_names: What to call a file; its own name when absent.

    Returns:
        A report that holds one entry a file, in order. What a file holds never raises.
    """
    raise NotImplementedError
