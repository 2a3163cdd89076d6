"""Have a view tried again that could not be made."""

from dataclasses import replace

from registry.application.ports import Clock
from registry.application.view_ports import ViewUnitOfWork
from registry.domain.dataset import VersionId
from registry.domain.errors import NotFound, NotValid


def make_view_again(
    uow: ViewUnitOfWork, clock: Clock, *, version_id: VersionId, digest: str, actor: str
) -> None:
    """The maker finds it waiting, once what was in the way is put right.

    Args:
        digest: Of the view, or how it begins.

    Raises:
        NotFound: There is no such view, or several begin so.
        NotValid: It did not fail.
    """
    with uow:
        kept = uow.views.find(version_id, digest)
        if kept is None:
            raise NotFound("There is no such view.")
        if kept.failure is None:
            raise NotValid("It did not fail: it is made, or waits to be.")
        uow.views.keep(replace(kept, made=None, findings=None, failure=None), at=clock.now())
        uow.record(
            event="view_asked_again",
            actor=actor,
            subject=kept.subject,
            project_id=None,
            details={},
        )
        uow.commit()
