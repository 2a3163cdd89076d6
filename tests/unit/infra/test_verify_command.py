"""`haven probe --verify`, where no installation is."""

import json

import pytest

from infra.errors import NotReady
from infra.probes import signed
from infra.probes.telling import verify_and_tell

PAYLOAD = {
    "installation": "haven", "at": "2026-11-22T02:30:00+00:00", "image": "sha256:" + "0" * 64,
    "probes": [{"probe_id": "N01", "state": "shut"}, {"probe_id": "N02", "state": "OPEN"}],
}  # fmt: skip


@pytest.fixture
def files(tmp_path):
    private = signed.new_key()
    result, key = tmp_path / "result.json", tmp_path / "key.pub"
    result.write_text(json.dumps(signed.sign(PAYLOAD, private), indent=1))
    key.write_text(signed.public_key(private))
    return result, key


def test_a_genuine_result_is_said_to_be_with_its_counts(files, capsys):
    result, key = files

    assert verify_and_tell(result, key) == 0
    assert "1 of 2 shut" in capsys.readouterr().out


def test_a_changed_result_ends_with_another_status(files, capsys):
    result, key = files
    result.write_text(result.read_text().replace("OPEN", "shut"))

    assert verify_and_tell(result, key) == 1
    assert "changed after it was signed" in capsys.readouterr().out


def test_without_a_key_nothing_is_said_to_be_genuine(files, tmp_path):
    result, _ = files

    with pytest.raises(NotReady, match="--key"):
        verify_and_tell(result, tmp_path / "none")
