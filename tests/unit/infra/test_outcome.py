"""When a door counts as shut."""

import pytest

from hub.probes.catalogue import BY_ID, NOT_YET, PROBES
from infra.errors import NotReady
from infra.probes.outcome import BROKEN, OPEN, SHUT, Pair, Seen, judge, judge_all, wanted_ids

N01 = BY_ID["N01"]
FOUND, NOTHING, FAILED = Seen(open=("1.1.1.1:443",)), Seen(), Seen(error="OSError: no")


@pytest.mark.parametrize(
    ("here", "control", "state"),
    [
        (NOTHING, FOUND, SHUT),
        (NOTHING, NOTHING, BROKEN),
        (NOTHING, FAILED, BROKEN),
        (FAILED, FOUND, BROKEN),
        (FOUND, FOUND, OPEN),
        (FOUND, NOTHING, OPEN),
        (FOUND, FAILED, OPEN),
    ],
)
def test_a_door_is_shut_only_when_the_control_found_its_own_open(here, control, state):
    assert judge(N01, Pair(here=here, control=control)).state == state


def test_a_probe_that_was_wanted_and_did_not_run_is_broken():
    outcomes = judge_all({}, {"N01", "C07"})

    assert [(one.probe.probe_id, one.state) for one in outcomes] == [
        ("N01", BROKEN),
        ("C07", BROKEN),
    ]


def test_asking_for_a_probe_that_does_not_exist_is_refused():
    with pytest.raises(NotReady, match="N99"):
        wanted_ids(["n01", "N99"], "browser")


def test_only_what_applies_to_a_tier_is_run_in_it():
    assert "J07" in wanted_ids([], "browser")
    assert "J07" not in wanted_ids([], "pixel")
    assert "N01" in wanted_ids([], "pixel")


def test_every_probe_of_the_catalogue_is_there_or_said_to_be_missing():
    numbers = {"N": 17, "D": 8, "C": 12, "S": 6, "J": 11, "L": 8, "P": 5}
    wanted = {f"{group}{n:02}" for group, last in numbers.items() for n in range(1, last + 1)}

    assert {probe.probe_id for probe in PROBES} | {one.probe_id for one in NOT_YET} == wanted
    assert {probe.probe_id for probe in PROBES} & {one.probe_id for one in NOT_YET} == set()
