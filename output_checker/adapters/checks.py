"""The disclosure engine, run on snapshots and granted datasets."""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
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
from output_checker.disclosure.policies.load import load, presets
from output_checker.disclosure.policies.strictness import strictest
from output_checker.disclosure.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChecks:
    datasets_dir: Path
    max_file_bytes: int
    indexes: Keeper | None = None

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
            policy=_together(policies),
            max_bytes=self.max_file_bytes,
            display_names={file.snapshot.copy: file.snapshot.path for file in files},
            earlier=[from_json(one) for one in earlier],
            older=self._older(datasets, earlier),
            keeper=self.indexes,
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
            policy=_together(policies),
            older=self._older(datasets, earlier),
        )

    def judged_by(
        self, *, datasets: Sequence[Dataset], policies: Sequence[str]
    ) -> Mapping[str, Any]:
        return {
            "datasets": [
                {"id": one.dataset_id, "version": one.version, "sha256": one.sha256}
                for one in datasets
            ],
            "policies": list(policies),
            "thresholds": asdict(_together(policies)),
            "versions": {
                "rules": engine_sha256(),
                "duckdb": version("duckdb"),
                "python": platform.python_version(),
            },
        }

    def _older(
        self, datasets: Sequence[Dataset], earlier: Sequence[Mapping[str, Any]]
    ) -> list[Source]:
        """Other versions that earlier tables were made from, as far as they are still there."""
        wanted = {(one["source"], one["version"]) for one in earlier}
        found = []
        for dataset in datasets:
            for sha256, path in dataset.other_versions.items():
                if (dataset.dataset_id, sha256) in wanted:
                    with suppress(BadSource):
                        found.append(self._source(replace(dataset, sha256=sha256, path=path)))
        return found

    def _source(self, dataset: Dataset) -> Source:
        path = self.datasets_dir / dataset.path
        require_registered(dataset, path)
        return Source(
            name=dataset.dataset_id,
            path=path,
            entity=dataset.entity,
            identifiers=dataset.identifiers,
            holding=dataset.holding,
            structural_zeros=dataset.structural_zeros,
            bounds=dataset.bounds,
            version=dataset.sha256,
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


def _together(policies: Sequence[str]) -> Policy:
    return strictest([_preset(policy) for policy in policies])


def _preset(name: str) -> Policy:
    # A name that is also a path would let whoever writes a project file pick the numbers.
    if name not in presets():
        raise BadPolicy(f"no policy {name!r}; known are {', '.join(presets())}")
    return load(name)
