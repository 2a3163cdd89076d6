"""Makes views from the datasets that are mounted here, with this installation's secret."""

from dataclasses import dataclass, field
from pathlib import Path

from registry.adapters.views.compiled import keys_of
from registry.adapters.views.make import discard_view, make_view, sha256_of
from registry.adapters.views.scan import scan
from registry.application.view_ports import MadeView
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.view_findings import ViewFindings
from registry.domain.view_spec import ViewSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class DuckDBMaker:
    """Attributes: `secret` has 32 bytes or more; what is hashed with it is of use nowhere else."""

    datasets_dir: Path
    views_dir: Path
    secret: bytes = field(repr=False)

    def make(self, view: ViewSpec, dataset: DatasetVersion) -> tuple[MadeView, ViewFindings]:
        made = make_view(
            view,
            dataset,
            datasets_dir=self.datasets_dir,
            views_dir=self.views_dir,
            keys=keys_of(self.secret, dataset.version_id.dataset_id, view),
        )
        found = scan(self.views_dir / made.file, self.views_dir / made.beside, view, dataset)
        return made, found

    def discard(self, view: ViewSpec, version_id: VersionId) -> None:
        discard_view(self.views_dir, version_id, view.digest)

    def is_as_made(self, made: MadeView) -> bool:
        try:
            found = [sha256_of(self.views_dir / one) for one in (made.file, made.beside)]
        except OSError:
            return False
        return found == [made.sha256, made.beside_sha256]
