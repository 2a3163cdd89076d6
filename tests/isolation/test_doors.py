"""Each door of a workspace, opened once on purpose, is found by its probe and by no other."""

import pytest

from tests.isolation.doors import BATCHES, DOORS


@pytest.fixture
def found(probe, request):
    doors = [door for door in DOORS if door.batch == request.param]

    def open_them(spec):
        for door in doors:
            door.open(spec)

    return doors, probe(open_them)


@pytest.mark.parametrize("found", BATCHES, indirect=True)
def test_each_open_door_is_found_by_its_probe_and_by_no_other(found):
    doors, said = found
    missed = [
        f"{door.words}: {probe_id} said {said[probe_id]}"
        for door in doors
        for probe_id, piece in door.caught.items()
        if not any(piece in one for one in said[probe_id])
    ]
    opened = {probe_id for probe_id, results in said.items() if results}
    expected = {probe_id for door in doors for probe_id in door.caught}
    allowed = expected.union(*(door.also for door in doors))

    assert missed == []
    assert {one: said[one] for one in opened - allowed} == {}


def test_a_workspace_whose_doors_are_shut_is_found_shut(probe):
    said = probe(lambda _: None)

    assert {one: results for one, results in said.items() if results} == {}
