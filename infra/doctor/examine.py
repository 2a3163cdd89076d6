"""Looks at an installation for what would break a promise, and says what to do."""

from collections.abc import Iterable, Iterator

from infra.doctor.catalogue import CHECKS
from infra.doctor.check import Check, Result, Weight
from infra.errors import CommandFailed, HavenError, NotReady
from infra.instance import Instance


def examine(instance: Instance, checks: Iterable[Check] = CHECKS) -> Iterator[Result]:
    """Carry out checks, one after the other; one that cannot be carried out has failed."""
    for check in checks:
        try:
            yield Result(check=check, well=True, seen=check.look(instance))
        except CommandFailed as failure:
            lines = failure.output.strip().splitlines()
            yield Result(check=check, well=False, seen=lines[-1] if lines else str(failure))
        except (HavenError, OSError) as problem:
            yield Result(check=check, well=False, seen=str(problem))


def refuse_to_start(instance: Instance, *check_ids: str) -> None:
    """Stop here when a promise would be void.

    Args:
        instance: The installation.
        check_ids: Which checks; those that need no running service, when none is named.

    Raises:
        NotReady: Says, for each check that failed, what was seen, what it means and what to do.
    """
    chosen = [
        check
        for check in CHECKS
        if check.weight is Weight.PROMISE
        and (check.check_id in check_ids if check_ids else check.before_start)
    ]
    failed = [result for result in examine(instance, chosen) if not result.well]
    if failed:
        lines = [f"{one.check.check_id} {one.check.title}: {one.seen}\n"
                 f"     {one.check.means}\n     {one.check.mend}" for one in failed]  # fmt: skip
        raise NotReady(
            "Haven does not start, because a promise would be void.\n" + "\n".join(lines)
        )
