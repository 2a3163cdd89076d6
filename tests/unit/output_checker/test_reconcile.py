"""What is in the store is what was released: whatever else is there, or is not, is written down."""

from datetime import timedelta

import pytest

from output_checker.application.reconcile import Wrong, reconcile
from output_checker.application.release import release
from output_checker.domain.ledger_seal import PREFIX
from output_checker.domain.release_record import sealed_files
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import REQUEST
from tests.unit.output_checker.test_release import approved


@pytest.fixture
def released(house):
    approved(house)
    assert release(house.releasing, request_id=REQUEST) is State.RELEASED
    return house


def found(house):
    outcome = reconcile(house.uow, house.store, house.clock)
    return [(one.wrong, one.request_id) for one in outcome.mismatches]


def file_key(house):
    return min(sealed_files(house.world.releases[REQUEST].record))


def test_a_release_as_it_was_sealed_has_nothing_wrong(released):
    outcome = reconcile(released.uow, released.store, released.clock)

    assert (outcome.releases, outcome.objects, outcome.mismatches) == (1, 4, ())
    assert released.world.events()[-1] == "store.reconciled"


@pytest.mark.parametrize("ending", ["ro-crate-metadata.json", ".sig", ""])
def test_an_object_that_is_gone_is_a_mismatch(released, ending):
    key = next(one for one in released.store.objects if one.endswith(ending))
    del released.store.objects[key]

    assert found(released) == [(Wrong.MISSING_OR_CHANGED, REQUEST)]


def test_other_bytes_are_a_mismatch(released):
    released.store.objects[file_key(released)] += b"!"

    assert found(released) == [(Wrong.MISSING_OR_CHANGED, REQUEST)]


def test_a_lock_that_is_gone_is_a_mismatch(released):
    released.store.unlocked.add(file_key(released))

    assert found(released) == [(Wrong.NOT_LOCKED, REQUEST)]


def test_an_object_that_nobody_released_is_a_mismatch(released):
    released.store.objects["labour/smuggled.csv"] = b"x"
    released.store.objects[f"{PREFIX}000000000001-{'0' * 64}"] = b"a seal of the ledger"

    assert found(released) == [(Wrong.UNKNOWN, "")]


def test_what_is_wrong_is_in_the_ledger_without_the_name_of_a_file(released):
    released.store.objects["labour/smuggled.csv"] = b"x"

    reconcile(released.uow, released.store, released.clock)

    *_, wrong, outcome = released.world.ledger
    assert (wrong.event, wrong.details["wrong"]) == ("store.mismatch", "nobody released it")
    assert "smuggled" not in str(wrong)
    assert outcome.details["mismatches"] == 1


def test_a_release_that_is_being_sealed_is_nobodys_loss(house):
    approved(house)
    house.store.fail_on = 2
    with pytest.raises(Exception, match="away"):
        release(house.releasing, request_id=REQUEST)

    assert found(house) == []


def test_after_its_lock_has_ended_a_release_may_go(released):
    released.clock.time = released.world.releases[REQUEST].retain_until + timedelta(seconds=1)
    released.store.objects.clear()

    assert found(released) == []
