"""Register one version of a dataset."""

from registry.application.apply_project import apply_project
from registry.application.ports import Clock, Passwords, UnitOfWork
from registry.domain.apply_change import Change
from registry.domain.apply_plan import Wanted
from registry.domain.dataset import DatasetVersion


def add_dataset(
    uow: UnitOfWork,
    passwords: Passwords,
    clock: Clock,
    *,
    dataset: DatasetVersion,
    file: str,
    actor: str,
    policies: frozenset[str],
) -> tuple[Change, ...]:
    """Register a described version; no change when the very same one is registered.

    Raises:
        WrongFile: The version exists with other content, shares a directory, or names a policy
            that does not exist.
    """
    wanted = Wanted(
        datasets=(dataset,), places={("dataset", str(dataset.version_id)): "(the descriptor)"}
    )
    return apply_project(
        uow, passwords, clock, wanted=wanted, file=file, actor=actor, policies=policies
    )
