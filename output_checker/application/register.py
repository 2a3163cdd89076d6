"""What was released before, as far as later outputs are held against it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from output_checker.application.judge import policies
from output_checker.application.ports import ReleasedTable, UnitOfWork
from output_checker.application.workspace_ports import Checks
from output_checker.domain.errors import Forbidden
from output_checker.domain.release_request import ReleaseRequest

# Longer than a release takes to be decided, from its moment to when others see it.
_OVERLAP: Final = timedelta(minutes=15)
_SHOWN_OF_AN_ID: Final = 8


def named(tables: Sequence[ReleasedTable], *, project_id: str) -> list[Mapping[str, Any]]:
    """Tables with names for the people of a project: those of others show no name of a file."""
    return [
        {**one.content, "file": _name(one, is_own=one.project_id == project_id)} for one in tables
    ]


def _name(table: ReleasedTable, *, is_own: bool) -> str:
    what = table.content["file"] if is_own else "a table"
    return f"{what} of release {table.request_id[:_SHOWN_OF_AN_ID]}"


def require_no_difference(uow: UnitOfWork, checks: Checks, request: ReleaseRequest) -> None:
    """Hold a request's tables against what was released while people reviewed them.

    From here to the end of the transaction no other release is decided.

    Raises:
        Forbidden: They say something together that the check did not see.
    """
    uow.releases.hold()
    tables = uow.files.published(request.request_id, turn=request.turn)
    project = uow.registry.project(request.project_id)
    if not tables or project is None:
        return
    compared_at = datetime.fromisoformat(request.judged_by["compared_at"])
    later = uow.releases.tables(
        {one["source"] for one in tables}, but=request.request_id, since=compared_at - _OVERLAP
    )
    if not later:
        return
    found = checks.compare(
        tables,
        earlier=named(later, project_id=request.project_id),
        datasets=project.datasets,
        policies=policies(project, project.datasets),
    )
    if found:
        raise Forbidden(
            f"Beside what was released since it was checked it fails: {found[0].reason}. "
            "Send the files in again"
        )
