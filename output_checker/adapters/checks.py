"""The disclosure engine, run on snapshots and granted datasets."""

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from output_checker import disclosure
from output_checker.adapters.registered_bytes import require_registered
from output_checker.application.ports import Dataset
from output_checker.application.workspace_ports import ToCheck
from output_checker.disclosure import specs
from output_checker.disclosure.differencing.published import from_json
from output_checker.disclosure.engine import check_files, compare_tables
from output_checker.disclosure.errors import BadPolicy, BadSource
from output_checker.disclosure.index.build import Keeper
from output_checker.disclosure.model import Finding, Report, Source
from output_checker.disclosure.policies.load import load, presets, read
from output_checker.disclosure.policies.strictness import strictest
from output_checker.disclosure.policy import Policy
from registry.application.view_queries import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChecks:
    datasets_dir: Path
    max_file_bytes: int
    indexes: Keeper | None = None
    # Documents of policies that the site added to those that ship, by name.
    site_policies: Callable[[], Mapping[str, str]] = dict

    def check(
        self,
        files: Sequence[ToCheck],
        *,
        datasets: Sequence[Dataset],
        policies: Sequence[str],
        earlier: Sequence[Mapping[str, Any]] = (),
    ) -> Report:
        """Judge files by what all policies ask.

        Raises: DisclosureError, when a dataset or a policy cannot be used.
        """
        return check_files(
            [file.snapshot.copy for file in files],
            sources=[self._source(dataset) for dataset in datasets],
            specs={
                file.snapshot.path: specs.parse(file.spec)
                for file in files
                if file.spec is not None
            },
            policy=self._together(policies),
            max_bytes=self.max_file_bytes,
            display_names={file.snapshot.copy: file.snapshot.path for file in files},
            earlier=[from_json(one) for one in earlier],
            older=self._older(datasets, earlier),
            keeper=self.indexes,
            keeps_tables=True,
        )

    def compare(
        self,
        tables: Sequence[Mapping[str, Any]],
        *,
        earlier: Sequence[Mapping[str, Any]],
        datasets: Sequence[Dataset],
        policies: Sequence[str],
    ) -> Sequence[Finding]:
        return compare_tables(
            [from_json(one) for one in tables],
            earlier=[from_json(one) for one in earlier],
            sources=[self._source(dataset) for dataset in datasets],
            policy=self._together(policies),
            older=self._older(datasets, earlier),
        )

    def judged_by(
        self, *, datasets: Sequence[Dataset], policies: Sequence[str]
    ) -> Mapping[str, Any]:
        return {
            "datasets": [_judged(one) for one in datasets],
            "policies": list(policies),
            "thresholds": asdict(self._together(policies)),
            "versions": {
                "rules": engine_sha256(),
                "duckdb": version("duckdb"),
                "python": platform.python_version(),
            },
        }

    def _together(self, policies: Sequence[str]) -> Policy:
        added = self.site_policies() if set(policies) - set(presets()) else {}
        return strictest([_policy(name, added) for name in policies])

    def _older(
        self, datasets: Sequence[Dataset], earlier: Sequence[Mapping[str, Any]]
    ) -> list[Source]:
        """Other versions that earlier tables were made from, as far as they are still there."""
        wanted = {(one["source"], one["version"]) for one in earlier}
        found = []
        for dataset in datasets:
            for version_made, evidence in dataset.others.items():
                if (dataset.dataset_id, version_made) in wanted:
                    with suppress(BadSource):
                        found.append(self._opened(dataset.dataset_id, evidence))
        return found

    def _source(self, dataset: Dataset) -> Source:
        return self._opened(dataset.dataset_id, dataset.evidence)

    def _opened(self, dataset_id: str, evidence: Evidence) -> Source:
        """Raises: BadSource, for files that are not there or are others than were registered."""
        path = self.datasets_dir / evidence.path
        beside = None if evidence.beside is None else self.datasets_dir / evidence.beside
        require_registered(dataset_id, path, evidence.file_sha256)
        if beside is not None:
            require_registered(dataset_id, beside, evidence.beside_sha256 or "")
        return Source(
            name=dataset_id,
            path=path,
            entity=evidence.entity,
            identifiers=evidence.identifiers,
            holding=evidence.holding,
            structural_zeros=evidence.structural_zeros,
            bounds=evidence.bounds,
            version=evidence.version,
            beside=beside,
            rows_of=evidence.rows_of,
            origins=evidence.origins,
        )


@cache
def engine_sha256() -> str:
    """One hash over the engine's source: which rules these were, whatever they were called."""
    folder = Path(disclosure.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _judged(dataset: Dataset) -> Mapping[str, Any]:
    """Which data: outputs of it are kept under `sha256`, which for a view is that of no file."""
    return {
        "id": dataset.dataset_id,
        "version": dataset.version,
        "sha256": dataset.sha256,
        "view": dataset.view_digest,
        "file_sha256": dataset.evidence.file_sha256,
        "source_sha256": dataset.evidence.rows_of,
    }


def _policy(name: str, added: Mapping[str, str]) -> Policy:
    if name in added:
        return read(name, json.loads(added[name]))
    # A name that is also a path would let whoever writes a project file pick the numbers.
    if name not in presets():
        raise BadPolicy(f"no policy {name!r}; known are {', '.join([*presets(), *sorted(added)])}")
    return load(name)
