"""The probes in a real workspace, and each one's control in its leaky twin."""

import pytest

from hub.probes.catalogue import PROBES

IDS = [probe.probe_id for probe in PROBES]


@pytest.fixture(scope="session")
def outcomes(told):
    return {outcome.probe.probe_id: outcome for outcome in told.run_probes()}


@pytest.mark.parametrize("probe_id", IDS)
def test_the_workspace_finds_the_door_shut(outcomes, probe_id):
    assert outcomes[probe_id].state == "shut", outcomes[probe_id].found


@pytest.mark.parametrize("probe_id", IDS)
def test_the_probe_would_notice_an_open_door(outcomes, probe_id):
    assert outcomes[probe_id].control


def test_every_probe_that_the_first_issue_names_is_there():
    wanted = "N01 N02 N03 N04 N05 N09 N10 N11 N12 N13 D01 D02 D04 C01 C02 C03 C04 S01 S02"

    assert set(IDS) == set(wanted.split())
