"""Whether anything may leave at present."""

from output_checker.application.ports import UnitOfWork
from output_checker.domain.errors import EgressFrozen


def require_unfrozen(uow: UnitOfWork, project_id: str) -> None:
    """Raises: EgressFrozen, with the reason that an administrator gave."""
    if why := uow.registry.why_frozen(project_id):
        raise EgressFrozen(why)
