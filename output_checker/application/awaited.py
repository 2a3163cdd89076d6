"""Of whom something is still wanted about a request."""

from collections.abc import Callable, Iterable

from output_checker.application.gather import gather
from output_checker.application.ports import UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import State


def may_check(uow: UnitOfWork, request: ReleaseRequest, names: Iterable[str]) -> list[str]:
    """Those of the people who may vote on it now, in order."""
    return _who(uow, names, request.why_not_check)


def may_sign_off(
    uow: UnitOfWork, request: ReleaseRequest, dataset: str, owners: Iterable[str]
) -> list[str]:
    return _who(uow, owners, lambda actor: request.why_not_sign_off(actor, dataset))


def may_override(uow: UnitOfWork, request: ReleaseRequest, names: Iterable[str]) -> list[str]:
    return _who(uow, names, request.why_not_override)


def awaited(uow: UnitOfWork, request: ReleaseRequest) -> set[str]:
    """Checkers, owners and those who override, as far as each has something to say still."""
    return {*checkers_awaited(uow, request), *_consents_awaited(uow, request)}


def checkers_awaited(uow: UnitOfWork, request: ReleaseRequest) -> list[str]:
    """Who claimed it and has not voted; while too few have, everybody who might.

    While they confer, those who voted as well, unless they agree by now.
    """
    agreement = gather(uow, request)
    voted = {one.checker for one in agreement.decided(request.about)}
    confer = request.state is State.CONSOLIDATING
    looking = request.claimed_by | voted if confer else request.claimed_by
    if len(looking) < agreement.reviews_needed(request.about):
        project = uow.registry.project(request.project_id)
        looking |= {*project.checkers} if project else set()
    if confer and agreement.common_vote(request.about) is None:
        voted = set()
    return may_check(uow, request, looking - voted)


def conferring(uow: UnitOfWork, request: ReleaseRequest) -> list[str]:
    """Who looks at it or has voted."""
    voted = {one.checker for one in gather(uow, request).decided(request.about)}
    return may_check(uow, request, request.claimed_by | voted)


def _consents_awaited(uow: UnitOfWork, request: ReleaseRequest) -> set[str]:
    agreement, about = gather(uow, request), request.about
    project = uow.registry.project(request.project_id)
    if project is None:
        return set()
    found: set[str] = set()
    # Who votes on a request cannot sign it off as well.
    voted = {one.checker for one in agreement.decided(about)}
    for dataset in agreement.unsigned(about):
        owners = project.owners.get(dataset, ())
        found |= {*may_sign_off(uow, request, dataset, owners)} - voted
    for file in agreement.not_overridden(about):
        names = {*project.overriders} - agreement.overriders(file, about)
        found |= {*may_override(uow, request, names)}
    return found


def _who(
    uow: UnitOfWork, names: Iterable[str], why_not: Callable[[Actor], str | None]
) -> list[str]:
    found = [(name, uow.registry.actor(name)) for name in sorted({*names})]
    return [name for name, actor in found if actor and why_not(actor) is None]
