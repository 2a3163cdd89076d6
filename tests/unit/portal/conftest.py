import pytest

from tests.unit.portal.workspace_place import Place


@pytest.fixture
def place(tmp_path, monkeypatch):
    place = Place(tmp_path)
    monkeypatch.setenv("HAVEN_OUTPUTS", str(place.outputs))
    monkeypatch.setenv("HAVEN_RUN", str(place.run))
    monkeypatch.setenv("HAVEN_WAIT_SECONDS", "5")
    return place
