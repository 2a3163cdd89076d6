from pathlib import Path

from infra.folders import is_mounted


def test_a_folder_that_is_mounted_on_itself_is_seen_as_mounted(monkeypatch, tmp_path):
    line = f"/dev/vda {tmp_path}/homes ext4 rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda _path: line)

    assert is_mounted(tmp_path / "homes")
    assert not is_mounted(tmp_path / "outputs")
