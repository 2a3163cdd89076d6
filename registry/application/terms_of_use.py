"""Publish the terms of use, and accept them."""

from registry.application.ports import Clock
from registry.application.sign_in_ports import SignInUnitOfWork
from registry.domain.errors import NotValid
from registry.domain.terms_of_use import TermsOfUse


def publish_terms(
    uow: SignInUnitOfWork, clock: Clock, *, version: str, text: str, actor: str
) -> None:
    """Make a text the terms from now on; everybody accepts it before anything else is open.

    Raises:
        NotValid: It is no text, or there is one of this version already.
    """
    terms = TermsOfUse(version=version, text=text, published_at=clock.now())
    with uow:
        if not uow.terms.publish(terms):
            raise NotValid(f"Version {version} was published before; give this one another name.")
        uow.record(
            event="terms_published",
            actor=actor,
            subject=f"terms:{version}",
            project_id=None,
            details={},
        )
        uow.commit()


def accept_terms(uow: SignInUnitOfWork, clock: Clock, *, username: str, version: str) -> None:
    """Note that somebody accepted the terms that they were shown; again changes nothing.

    Raises:
        NotValid: They are not the newest any more.
    """
    with uow:
        newest = uow.terms.newest()
        if newest is None or newest.version != version:
            raise NotValid("The terms changed while you read them. Read the new ones.")
        if uow.terms.accept(username, version, at=clock.now()):
            uow.record(
                event="terms_accepted",
                actor=username,
                subject=f"terms:{version}",
                project_id=None,
                details={},
            )
            uow.commit()
