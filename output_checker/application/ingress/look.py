"""What people are shown of files that come in."""

from collections.abc import Sequence
from dataclasses import dataclass

from output_checker.application.ingress.bring_in import may_see
from output_checker.application.ports import UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.errors import NotFound
from output_checker.domain.ingress import IncomingFile, IngressAction, may_take


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingView:
    """A file, and what the one who looks may do with it.

    Attributes:
        sees_content: Whether its excerpt is theirs to see: its people's and checkers' alone.
        actions: Steps that they may take now.
    """

    file: IncomingFile
    sees_content: bool
    actions: frozenset[IngressAction]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingList:
    files: Sequence[IncomingFile]
    may_bring_in: bool


def incoming_list(uow: UnitOfWork, *, project_id: str, actor: Actor) -> IncomingList:
    """Raises: NotFound."""
    with uow:
        project = uow.registry.project(project_id)
        if project is None or not may_see(project_id, actor):
            raise NotFound("There is no such project, or it is not yours to see.")
        return IncomingList(
            files=uow.ingress.of_project(project_id),
            may_bring_in=project.is_open and project_id in actor.member_of,
        )


def incoming_file(uow: UnitOfWork, *, project_id: str, input_id: str, actor: Actor) -> IncomingView:
    """Raises: NotFound."""
    with uow:
        file = uow.ingress.find(input_id)
    if file is None or file.project_id != project_id or not may_see(project_id, actor):
        raise NotFound("There is no such file, or it is not yours to see.")
    return IncomingView(
        file=file,
        sees_content=project_id in actor.member_of or project_id in actor.checks,
        actions=frozenset(one for one in IngressAction if may_take(file, one, actor)),
    )
