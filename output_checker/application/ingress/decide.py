"""People approve, refuse, withdraw and take back files that come in."""

from output_checker.application.ingress.bring_in import may_see
from output_checker.application.ingress.steps import record_ingress
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, NotFound, StaleReview
from output_checker.domain.ingress import IncomingFile, IngressAction

_BY_PEOPLE = frozenset(
    {
        IngressAction.APPROVE,
        IngressAction.REFUSE,
        IngressAction.WITHDRAW,
        IngressAction.TAKE_BACK,
    }
)


def step_by_person(
    uow: UnitOfWork,
    clock: Clock,
    *,
    project_id: str,
    input_id: str,
    action: IngressAction,
    words: str,
    seen_sha256: str,
    actor: Actor,
) -> IncomingFile:
    """Take a step that is a person's.

    Args:
        seen_sha256: Of the bytes that the person looked at; needed to approve.

    Raises:
        NotFound: No such file, or not theirs to see.
        Forbidden, InvalidTransition, InvalidOutput: As `take`.
        StaleReview: Other bytes were looked at.
    """
    with uow:
        file = uow.ingress.lock(input_id)
        if file is None or file.project_id != project_id or not may_see(project_id, actor):
            raise NotFound("There is no such file, or it is not yours to see.")
        if action not in _BY_PEOPLE:
            raise Forbidden("This is not a person's to do")
        moved = record_ingress(uow, file, action, actor=actor, at=clock.now(), words=words)
        if action is IngressAction.APPROVE:
            _require_approvable(uow, file, seen_sha256)
        uow.commit()
    return moved


def _require_approvable(uow: UnitOfWork, file: IncomingFile, seen_sha256: str) -> None:
    if seen_sha256 != file.sha256:
        raise StaleReview("These are not the bytes that you looked at")
    if file.scan is None or file.scan.stops:
        raise Forbidden("What was not read is not let in")
    project = uow.registry.project(file.project_id)
    if project is None or not project.is_open:
        raise Forbidden("The project has ended or is closed; nothing more is brought in")
