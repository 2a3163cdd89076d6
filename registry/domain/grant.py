"""What a project is given of a dataset: a whole version, or a view of one."""

from dataclasses import dataclass

from registry.domain.dataset import VersionId
from registry.domain.view_spec import ViewSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Attributes: `view` is what of the version is given; None for everything in its directory."""

    version_id: VersionId
    view: ViewSpec | None = None

    def __str__(self) -> str:
        if self.view is None:
            return str(self.version_id)
        return f"{self.version_id} view {self.view.digest[:12]}"
