"""Let a view be given although some of its values look like identifiers."""

from registry.application.ports import Clock
from registry.application.view_ports import KeptView, ViewUnitOfWork
from registry.domain.applications.errors import NotAllowed
from registry.domain.applications.party import CUSTODIANS, Party
from registry.domain.applications.referrals import owners_of
from registry.domain.dataset import VersionId
from registry.domain.errors import NotFound, NotValid
from registry.domain.freeze import LONGEST_REASON
from registry.domain.separation import needs_another


def override_view(
    uow: ViewUnitOfWork,
    clock: Clock,
    *,
    version_id: VersionId,
    digest: str,
    reason: str,
    actor: str,
) -> None:
    """A steward or data owner of the data says why, who has no part in what asks for the view.

    Args:
        digest: Of the view, or how it begins.

    Raises:
        NotFound: There is no such view, or several begin so.
        NotAllowed: It is not theirs to say.
        NotValid: There is no reason, or nothing to override.
    """
    with uow:
        kept = _found(uow, version_id, digest)
        if why := _why_not(uow, kept, actor):
            raise NotAllowed(why)
        _override(uow, clock, kept, reason=reason, by=actor)


def override_view_on_host(
    uow: ViewUnitOfWork,
    clock: Clock,
    *,
    version_id: VersionId,
    digest: str,
    reason: str,
    host_user: str,
) -> None:
    """As `override_view`, by who runs the machine and answers for it outside Haven.

    Raises:
        NotFound, NotValid: As there.
    """
    with uow:
        kept = _found(uow, version_id, digest)
        _override(uow, clock, kept, reason=reason, by=host_user)


def _found(uow: ViewUnitOfWork, version_id: VersionId, digest: str) -> KeptView:
    kept = uow.views.find(version_id, digest)
    if kept is None:
        raise NotFound("There is no such view.")
    return kept


def _why_not(uow: ViewUnitOfWork, kept: KeptView, username: str) -> str | None:
    dataset = uow.datasets.find(kept.version_id)
    if dataset is None:
        return "Nobody knows whose data these are"
    people = uow.views.given_to(kept)
    if username in people:
        return "Nobody decides about what they ask for themselves"
    party = _party(uow, username)
    if not party.acts_for(*CUSTODIANS) & set(owners_of(dataset)):
        return "This needs to be a steward or data owner of an organisation whose data these are"
    asking = frozenset(name for one in people for name in _party(uow, one).organisations)
    # One alone decides, so they may not belong to who asks.
    if needs_another([party.organisations], asking=asking):
        return "This needs somebody of another organisation than those that ask"
    return None


def _party(uow: ViewUnitOfWork, username: str) -> Party:
    account = uow.people.find_account(username)
    return Party(
        username=username,
        organisation=account.person.organisation_id if account else None,
        roles=uow.organisations.roles_of(username),
    )


def _override(uow: ViewUnitOfWork, clock: Clock, kept: KeptView, *, reason: str, by: str) -> None:
    words = " ".join(reason.split())
    if not 1 <= len(words) <= LONGEST_REASON:
        raise NotValid(f"Give a reason of up to {LONGEST_REASON} characters.")
    if kept.findings is None or kept.findings.is_clean:
        raise NotValid("Nothing was found in it that keeps it from being given.")
    if kept.is_overridden:
        raise NotValid("Somebody has said already that it may be given.")
    uow.views.override(kept, by=by, reason=words, at=clock.now())
    columns = sorted({one.column for one in kept.findings.shaped})
    uow.record(
        event="view_overridden",
        actor=by,
        subject=kept.subject,
        project_id=None,
        details={"reason": words, "columns": ", ".join(columns)},
    )
    uow.commit()
