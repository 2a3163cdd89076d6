"""Tell people of files that come in: each once, in the transaction of the step."""

from collections.abc import Iterable
from datetime import datetime

from output_checker.application.ports import UnitOfWork
from output_checker.domain.ingress import IncomingFile, IngressState, why_not_decide
from output_checker.domain.notice import Notice, NoticeKind

_TO_THE_AUTHOR = {
    IngressState.LAID: NoticeKind.INPUT_LAID,
    IngressState.REFUSED: NoticeKind.INPUT_REFUSED,
    IngressState.LEAVING: NoticeKind.INPUT_TAKEN_BACK,
}


def tell_of_ingress(uow: UnitOfWork, file: IncomingFile, *, actor: str, at: datetime) -> None:
    """Tell whom a step concerns; `file` is as it was saved, `actor` took the step."""
    if file.state is IngressState.WAITING:
        _tell(uow, file, _who_may_decide(uow, file), NoticeKind.INPUT_WAITING, at)
    elif kind := _TO_THE_AUTHOR.get(file.state):
        _tell(uow, file, {file.author} - {actor}, kind, at)


def _who_may_decide(uow: UnitOfWork, file: IncomingFile) -> list[str]:
    project = uow.registry.project(file.project_id)
    actors = [uow.registry.actor(name) for name in (project.checkers if project else ())]
    return [one.username for one in actors if one and why_not_decide(file, one) is None]


def _tell(
    uow: UnitOfWork, file: IncomingFile, people: Iterable[str], kind: NoticeKind, at: datetime
) -> None:
    for name in people:
        uow.notices.add(
            Notice(
                recipient=name,
                kind=kind,
                occasion=f"input/{file.input_id}",
                at=at,
                project_id=file.project_id,
            )
        )
