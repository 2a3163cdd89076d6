"""Make the views that grants name, and see that those that were made stay as they are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from registry.application.ports import Clock
from registry.application.view_ports import KeptView, Maker, NotMade, ViewUnitOfWork

MAKER: Final = "system:views"


def make_views(unit_of_work: Callable[[], ViewUnitOfWork], maker: Maker, clock: Clock) -> int:
    """Make each view that waits; one that cannot be made does not keep the others.

    Returns:
        How many were looked at.
    """
    with (uow := unit_of_work()):
        waiting = uow.views.waiting()
        datasets = uow.datasets.every_version()
    for one in waiting:
        try:
            made, findings = maker.make(one.view, datasets[one.version_id])
            kept = replace(one, made=made, findings=findings)
        except NotMade as problem:
            kept = replace(one, failure=str(problem))
        _keep(unit_of_work(), kept, clock)
    return len(waiting)


def check_views(unit_of_work: Callable[[], ViewUnitOfWork], maker: Maker, clock: Clock) -> int:
    """Hash every view again; one that has changed is given to nobody any more.

    Returns:
        How many are not as they were made.
    """
    with (uow := unit_of_work()):
        known = uow.views.made()
    changed = [one for one in known if one.made is None or not maker.is_as_made(one.made)]
    for one in changed:
        # What is there is not what was looked through: it may not be found made again.
        maker.discard(one.view, one.version_id)
        kept = replace(one, made=None, findings=None, failure="its files are not as they were made")
        _keep(unit_of_work(), kept, clock)
    return len(changed)


def _keep(uow: ViewUnitOfWork, kept: KeptView, clock: Clock) -> None:
    details = {"failure": kept.failure or ""}
    if kept.made is not None and kept.findings is not None:
        details = {
            "sha256": kept.made.sha256,
            "rows": str(kept.made.rows),
            "is_clean": str(kept.findings.is_clean),
        }
    with uow:
        uow.views.keep(kept, at=clock.now())
        uow.record(
            event="view_made" if kept.made is not None else "view_not_made",
            actor=MAKER,
            subject=kept.subject,
            project_id=None,
            details=details,
        )
        uow.commit()
