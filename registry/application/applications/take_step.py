"""Take a step that needs a reason at most; some of them end what was granted."""

from collections.abc import Callable, Mapping
from typing import Final

from registry.application.applications.opened import Opened, keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.provision import take_back
from registry.application.ports import Clock
from registry.domain.applications import steps
from registry.domain.applications.application import Application, Happened
from registry.domain.applications.errors import NotNow
from registry.domain.applications.gateways import Register
from registry.domain.applications.workflow import Action

_PLAIN: Final[Mapping[Action, Callable[..., tuple[Application, Happened]]]] = {
    Action.START_ASSESSMENT: steps.start_assessment,
    Action.DECLARE_CONFLICT: steps.declare_conflict,
    Action.AMEND: steps.amend,
    Action.DROP_AMENDMENT: steps.drop_amendment,
}
_ENDING: Final = frozenset({Action.WITHDRAW, Action.CLOSE, Action.REVOKE})
STEPS: Final = frozenset({*_PLAIN, *_ENDING, Action.RETURN})


def take_step(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    action: Action,
    words: str = "",
) -> Application:
    """Take one of `STEPS`.

    Raises:
        NotFound: It is not theirs to see.
        NotAllowed, NotNow: Not theirs to take, not now, or not without a reason.
    """
    with uow:
        opened = open_application(
            uow,
            clock,
            application_id=application_id,
            actor=actor,
            register=register,
            is_ending=action in {Action.CLOSE, Action.REVOKE},
        )
        moved, event = _step(opened, action, words)
        kept = keep(uow, moved, event, opened.context)
        if action in _ENDING and opened.application.agreed is not None:
            project_id = opened.application.agreed.project_id
            take_back(uow, project_id=project_id, actor=actor, at=opened.at)
        uow.commit()
    return kept


def _step(opened: Opened, action: Action, words: str) -> tuple[Application, Happened]:
    application, party = opened.application, opened.party
    at, context = opened.at, opened.context
    if action in _PLAIN:
        return _PLAIN[action](application, party=party, at=at, context=context)
    if action in _ENDING:
        return steps.end(application, action, party=party, at=at, context=context, words=words)
    if action is Action.RETURN:
        return steps.send_back(application, party=party, at=at, context=context, words=words)
    raise NotNow(f"{action} is not taken like this")
