"""The author takes a request back."""

from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.domain.actor import Actor
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import Action


def withdraw(uow: UnitOfWork, clock: Clock, *, request_id: str, actor: Actor) -> ReleaseRequest:
    """End a request that has not begun to be released.

    Raises:
        NotFound, Forbidden, InvalidTransition, ConcurrentUpdate: Nothing was saved.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        moved, event = request.perform(Action.WITHDRAW, actor=actor, at=clock.now())
        saved = record_step(uow, moved, event)
        uow.commit()
    return saved
