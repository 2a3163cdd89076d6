from hub.gateway.meter import Meter
from tests.unit.hub.builders import a_registration


def test_counts_survive_a_restart_of_the_gateway(tmp_path):
    before = Meter(tmp_path)
    before.count(a_registration()).to_browser += 1000
    before.flush()

    after = Meter(tmp_path).count(a_registration())

    assert after.to_browser == 1000


def test_each_start_of_a_workspace_is_counted_by_itself(tmp_path):
    meter = Meter(tmp_path)
    meter.count(a_registration(started_id="one")).to_browser += 5

    assert meter.count(a_registration(started_id="two")).to_browser == 0


def test_counts_that_cannot_be_written_are_kept_for_the_next_try(tmp_path):
    folder = tmp_path / "later"
    meter = Meter(folder)
    meter.count(a_registration()).to_browser += 7
    meter.flush()
    folder.mkdir()

    meter.flush()

    assert Meter(folder).count(a_registration()).to_browser == 7
