"""Tell people of the steps of an application, in the transaction of each step."""

from collections.abc import Iterable
from datetime import datetime

from registry.application.applications.ports import ApplicationUnitOfWork
from registry.domain.applications.application import Application, Context, Happened
from registry.domain.applications.party import CUSTODIANS
from registry.domain.applications.referrals import Referral, Standing
from registry.domain.applications.told import TOLD_OF, Audience, Told, ToldKind
from registry.domain.applications.workflow import UNDER_WAY, Action
from registry.domain.organisation import OrganisationRole


def tell(
    uow: ApplicationUnitOfWork,
    people: Iterable[str],
    kind: ToldKind,
    *,
    about: Application,
    at: datetime,
    occasion: str,
    actor: str = "",
    project_id: str | None = None,
) -> int:
    """Write a notice to each person, once an occasion. Returns: how many were not there yet."""
    return sum(
        uow.record.tell(
            Told(
                recipient=name,
                kind=kind,
                occasion=f"{about.application_id}/{occasion}",
                at=at,
                application_id=about.application_id,
                project_id=project_id or (about.agreed.project_id if about.agreed else None),
                actor=actor,
            )
        )
        for name in sorted(set(people))
    )


def tell_of_step(
    uow: ApplicationUnitOfWork, kept: Application, event: Happened, context: Context
) -> None:
    """Tell everybody whom a step concerns, but not who took it; `kept` is as it was saved."""
    for audience, kind in TOLD_OF[event.action]:
        occasion = str(kept.version)
        if kind is ToldKind.VOTES_IN:
            if not all(one.is_complete for one in kept.standings(context)):
                continue
            # A vote that is changed afterwards is nothing new.
            occasion = str(kept.submission)
        people = _audience(uow, audience, kept, event, context) - {event.actor}
        # The applicant acts under their own name; who judges is on the page, where one may see it.
        actor = event.actor if event.actor == kept.applicant else ""
        tell(
            uow,
            people,
            kind,
            about=kept,
            at=event.at,
            occasion=occasion,
            actor=actor,
            # What ended is not agreed any more.
            project_id=event.details.get("project_id"),
        )


def awaited(uow: ApplicationUnitOfWork, standing: Standing, about: Application) -> frozenset[str]:
    """Whose votes a referral waits for: nobody's once it has enough."""
    if standing.is_complete:
        return frozenset()
    voted = {vote.voter for vote in standing.votes}
    return _judging(about, _voters(uow, standing.referral)) - voted


def assessors(uow: ApplicationUnitOfWork, about: Application, context: Context) -> frozenset[str]:
    """Who may assess and decide."""
    return _judging(about, _acting(uow, about.owners(context), {OrganisationRole.ASSESSOR}))


def custodians(uow: ApplicationUnitOfWork, about: Application, context: Context) -> frozenset[str]:
    """The stewards and owners of the data."""
    return _acting(uow, about.owners(context), CUSTODIANS)


def _audience(
    uow: ApplicationUnitOfWork,
    audience: Audience,
    kept: Application,
    event: Happened,
    context: Context,
) -> frozenset[str]:
    match audience:
        case Audience.APPLICANT:
            return frozenset({kept.applicant})
        case Audience.ASSESSORS:
            return assessors(uow, kept, context)
        case Audience.VOTERS:
            standings = kept.standings(context)
            return frozenset(name for one in standings for name in awaited(uow, one, kept))
        case Audience.JUDGES:
            return _judges(uow, kept, event, context)
        case Audience.CONCERNED:
            return kept.people | custodians(uow, kept, context)


def _judges(
    uow: ApplicationUnitOfWork, kept: Application, event: Happened, context: Context
) -> frozenset[str]:
    if event.was not in UNDER_WAY and event.action is not Action.DROP_AMENDMENT:
        return frozenset()
    voters = frozenset(name for one in kept.referrals for name in _voters(uow, one))
    return assessors(uow, kept, context) | _judging(kept, voters)


def _voters(uow: ApplicationUnitOfWork, referral: Referral) -> frozenset[str]:
    return _acting(uow, referral.organisations, referral.roles)


def _judging(about: Application, names: frozenset[str]) -> frozenset[str]:
    return names - about.barred


def _acting(
    uow: ApplicationUnitOfWork,
    organisations: Iterable[str],
    roles: Iterable[OrganisationRole],
) -> frozenset[str]:
    wanted = tuple(roles)
    return frozenset(
        name
        for organisation in organisations
        for role in wanted
        for name in uow.organisations.with_role(organisation, role)
    )
