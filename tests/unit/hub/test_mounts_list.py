"""What a probe reads off the list of mounts."""

from pathlib import Path

import pytest

from hub.probes.data import mounted_read_only

MOUNTS = """\
none / 9p ro,trans=fd 0 0
none /data/own 9p ro 0 0
none /data/open 9p ro 0 0
none /data/open 9p rw 0 0
none /outputs 9p rw,errors=remount-ro 0 0
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", True), ("/usr/bin", True), ("/data/own/data.csv", True),
        ("/outputs/a", False), ("/data/open/data.csv", False),
    ],
)  # fmt: skip
def test_a_path_is_as_read_only_as_the_last_mount_that_it_is_on(monkeypatch, path, expected):
    monkeypatch.setattr(Path, "read_text", lambda _path: MOUNTS)

    assert mounted_read_only(Path(path)) is expected
