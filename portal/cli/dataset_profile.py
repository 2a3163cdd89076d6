"""Profiles of datasets, by the threshold of the policy that outputs from them must meet."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from output_checker.disclosure.errors import BadPolicy
from portal.cli.registry_parts import EXIT_WRONG, RegistryParts, registry_parts, stop
from portal.site_policies import policy_of
from registry.adapters import profiling
from registry.application.keep_profile import keep_profile
from registry.domain.dataset import DatasetVersion


def make_profile(parts: RegistryParts, dataset: DatasetVersion) -> bool:
    """Make and keep a version's profile.

    Returns:
        False where its data cannot be read from here, or is no longer what was registered.
    """
    if parts.datasets_dir is None:
        return False
    try:
        with parts.reading() as session:
            threshold = policy_of(session, dataset.policy).threshold
    except BadPolicy:
        return False
    file = parts.datasets_dir / dataset.path
    is_whole = file.is_file() and _sha256(file) == dataset.sha256
    made = profiling.profile(dataset, file, threshold=threshold) if is_whole else None
    if made is None:
        return False
    keep_profile(
        parts.unit_of_work(),
        parts.clock,
        version_id=dataset.version_id,
        profile=made,
        actor=parts.actor,
    )
    return True


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def profile(
    dataset: Annotated[str, typer.Argument(help="The dataset's id")],
    version: Annotated[str, typer.Option(help="The version added last when left out")] = "",
) -> None:
    """Make a dataset's profile, where it has none: what may be shown of its columns."""
    with registry_parts() as parts:
        with parts.unit_of_work() as uow:
            versions = uow.datasets.versions_of(dataset)
        chosen = [one for one in versions if version in ("", one.version_id.version)]
        if not chosen:
            stop(f"No dataset is registered as {dataset} {version}".rstrip(), EXIT_WRONG)
        if not make_profile(parts, chosen[0]):
            stop(
                "No profile was made: the data file cannot be read, or is not what was registered.",
                EXIT_WRONG,
            )
    typer.echo(f"profile of dataset {chosen[0].version_id}")
