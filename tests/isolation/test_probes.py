"""The probes of a whole installation, each with its control."""

import json

import pytest

from hub.probes.catalogue import NOT_YET, PROBES
from infra.compose import execute
from infra.probes import keep, people, signed
from infra.probes.run import run_probes
from infra.services import workspaces
from infra.shell import run as run_program

IDS = [probe.probe_id for probe in PROBES]


@pytest.fixture(scope="session")
def probed(platform):
    return run_probes(platform)


@pytest.fixture(scope="session")
def outcomes(probed):
    return {outcome.probe.probe_id: outcome for outcome in probed.outcomes}


@pytest.fixture(scope="session")
def kept(platform, probed):
    return keep.keep(platform, probed)


@pytest.mark.parametrize("probe_id", IDS)
def test_the_workspace_finds_the_door_shut(outcomes, probe_id):
    assert outcomes[probe_id].state == "shut", outcomes[probe_id].found


@pytest.mark.parametrize("probe_id", IDS)
def test_the_probe_would_notice_an_open_door(outcomes, probe_id):
    assert outcomes[probe_id].control


def test_nothing_of_the_probers_stays_open(platform, probed):
    theirs = [one for one in workspaces(platform) if one[0] in {people.FIRST, people.SECOND}]
    members = execute(
        platform, "database", "psql", "--host=/tmp", "--username=postgres", "--dbname=haven",
        "--tuples-only", "--command",
        "select count(*) from project_member where username like '%prober'",
    )  # fmt: skip

    assert theirs == []
    assert members.strip() == "0"
    assert list(platform.home.glob("haven-probe-*")) == []


def test_the_result_is_kept_and_signed(platform, kept):
    document = json.loads(kept.read_text())
    trusted = (platform.home / "probes" / keep.PUBLIC_KEY).read_text()

    payload = signed.verify(document, trusted)

    assert [probe["probe_id"] for probe in payload["probes"]] == IDS
    assert [one["probe_id"] for one in payload["not_yet"]] == [one.probe_id for one in NOT_YET]


def test_the_result_is_in_the_database_and_in_the_ledger(platform, kept):
    said = execute(
        platform, "database", "psql", "--host=/tmp", "--username=postgres", "--dbname=haven",
        "--tuples-only", "--command",
        "select (select count(*) from probe_run), "
        "(select count(*) from ledger where event = 'isolation.probed')",
    )  # fmt: skip

    assert said.split() == ["1", "|", "1"]


def test_the_signing_key_is_roots_alone(platform, kept):
    held = run_program("stat", "-c", "%u %a", str(platform.secrets / "probes" / "signing_key"))

    assert held.split() == ["0", "400"]
