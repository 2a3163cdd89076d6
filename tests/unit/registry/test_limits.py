import pytest

from registry.application.stored_limits import from_stored, to_stored
from registry.domain.limits import GIBIBYTE, Idle, Limits, Profile, Quota, Taken, why_too_much

SMALL = Profile(name="small", cpus=1, memory_gib=2)
LARGE = Profile(name="large", cpus=4, memory_gib=8)
LIMITS = Limits(profiles=(SMALL, LARGE), quota=Quota(cpus=5, memory_gib=10))


def taken(*profiles):
    return [Taken(cpus=one.cpus, memory_bytes=one.memory_bytes) for one in profiles]


@pytest.mark.parametrize(
    ("wanted", "running"),
    [(LARGE, ()), (SMALL, (LARGE,)), (LARGE, (SMALL,)), (SMALL, (SMALL,) * 4)],
)
def test_up_to_the_quota_fits(wanted, running):
    assert why_too_much(LIMITS, wanted, taken(*running)) is None


def test_above_the_quota_is_said_with_all_figures():
    words = why_too_much(LIMITS, LARGE, taken(LARGE))

    assert words.startswith(
        "The project's running workspaces take 4 of its 5 CPUs, and yours would take 4 more."
    )


def test_memory_has_a_quota_of_its_own():
    running = [Taken(cpus=0.1, memory_bytes=9 * GIBIBYTE)]

    assert "9 of its 10 GiB of memory" in why_too_much(LIMITS, SMALL, running)


def test_who_chose_nothing_or_what_is_gone_gets_the_first():
    assert LIMITS.profile(None) is SMALL
    assert LIMITS.profile("gone") is SMALL
    assert LIMITS.profile("large") is LARGE


def test_limits_come_back_from_the_database_as_they_were():
    limits = Limits(
        profiles=(LARGE,), quota=Quota(cpus=8, memory_gib=16), idle=Idle(stop_after_minutes=7)
    )

    assert from_stored(to_stored(limits)) == limits


def test_a_project_from_before_limits_has_the_defaults():
    assert from_stored({}) == Limits()
