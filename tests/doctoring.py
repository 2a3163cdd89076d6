"""What the doctor finds wrong with an installation that runs."""

from infra.doctor.catalogue import CHECKS
from infra.doctor.check import Weight
from infra.doctor.examine import examine
from infra.instance import Instance


def unwell(instance: Instance, *check_ids: str) -> dict[str, str]:
    """Id of each check that is not well, advice left out -> what was seen."""
    chosen = [check for check in CHECKS if not check_ids or check.check_id in check_ids]
    return {
        result.check.check_id: result.seen
        for result in examine(instance, chosen)
        if not result.well and result.check.weight is not Weight.ADVICE
    }
