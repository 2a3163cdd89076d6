"""Files with their findings, numbered so that a page can point at each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from output_checker.application.record_view import FilePreview
from output_checker.application.request_views import FileView
from output_checker.domain.file_group import FileGroup, FileRole
from output_checker.web.table_pages import place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One finding, numbered within its file.

    Attributes:
        cell_address: What follows the address of the file's preview, to see the cell it is about;
            "" where it is about none.
    """

    number: int
    rule: str
    verdict: str
    where: str
    reason: str
    mend: str
    labels: tuple[tuple[str, str], ...]
    cell_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePanel:
    """Attributes: `is_shown` where there is anything of the file to look at."""

    file: FileView
    number: int
    is_shown: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPanel:
    """A group with its files, those that would leave first."""

    group: FileGroup
    panels: tuple[FilePanel, ...]


def group_panels(
    groups: Sequence[FileGroup], panels: Sequence[FilePanel]
) -> tuple[GroupPanel, ...]:
    return tuple(
        GroupPanel(
            group=group,
            panels=tuple(
                panel
                for role in FileRole
                for panel in panels
                if (panel.file.group, panel.file.role) == (group.name, role)
            ),
        )
        for group in groups
    )


def file_panels(
    files: Sequence[FileView], previews: Sequence[FilePreview]
) -> tuple[FilePanel, ...]:
    shown = {preview.file_id for preview in previews if preview.previews}
    return tuple(
        FilePanel(
            file=file,
            number=number,
            is_shown=file.file_id in shown,
            notes=tuple(
                _note(place, finding) for place, finding in enumerate(file.findings, start=1)
            ),
        )
        for number, file in enumerate(files, start=1)
    )


def _note(number: int, finding: Mapping[str, Any]) -> Note:
    cell = finding.get("cell") or {}
    return Note(
        number=number,
        rule=finding["rule"],
        verdict=finding["verdict"],
        where=finding["where"],
        reason=finding["reason"],
        mend=finding.get("mend") or "",
        labels=tuple(cell.items()),
        cell_address=_cell_address(finding),
    )


def _cell_address(finding: Mapping[str, Any]) -> str:
    if not finding.get("position"):
        return ""
    row, column = finding["position"]
    return place_of(finding.get("part", 0), row, column)
