"""Keep what may be shown of a version's columns."""

from registry.application.ports import Clock, UnitOfWork
from registry.application.stored_profile import profile_to_stored
from registry.domain.dataset import VersionId
from registry.domain.profile import ShownProfile


def keep_profile(
    uow: UnitOfWork, clock: Clock, *, version_id: VersionId, profile: ShownProfile, actor: str
) -> bool:
    """Keep a profile, once: a version never changes.

    Returns:
        False where there is one already.
    """
    with uow:
        is_new = uow.catalogue.keep_profile(version_id, profile_to_stored(profile), at=clock.now())
        if is_new:
            uow.record(
                event="dataset_profiled",
                actor=actor,
                subject=f"dataset:{version_id}",
                project_id=None,
                details={
                    "threshold": str(profile.threshold),
                    "columns": str(len(profile.columns)),
                },
            )
            uow.commit()
    return is_new
