import hashlib
import os
import socket

import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers import files


def test_a_file_is_loaded_with_its_hash(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\n1\n")

    content = files.load(path, 100)

    assert content.data == b"a\n1\n"
    assert content.sha256 == hashlib.sha256(b"a\n1\n").hexdigest()


def a_link(path):
    (path.parent / "real.csv").write_text("a\n1\n")
    path.symlink_to("real.csv")


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "a directory"),
        (os.mkfifo, "a named pipe"),
        (a_link, "a link"),
        (lambda path: path.symlink_to("/dev/zero"), "a link"),
        (a_socket, "socket"),
        (lambda _: None, "not there"),
    ],
    ids=["directory", "pipe", "link", "link to a device", "socket", "nothing"],
)
def test_only_regular_files_are_opened(tmp_path, make, words):
    path = tmp_path / "t.csv"
    make(path)

    with pytest.raises(Unreadable, match=words):
        files.load(path, 100)


def test_a_large_file_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.truncate(1024**3)

    with pytest.raises(Unreadable, match="1073741824 bytes; at most 16777216"):
        files.load(path, 16 * 1024**2)


@pytest.mark.parametrize(("name", "most"), [("t.txt", 16), ("t.csv", 64)])
def test_how_large_a_file_may_be_follows_from_its_kind(tmp_path, name, most):
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(most * 1024**2 + 1)

    report = check_files([path], sources=[], specs={}, policy=Policy(name="ten"))

    (finding,) = report.files[0].findings
    assert f"at most {most * 1024**2} can be checked" in finding.reason


def test_a_file_that_hides_its_size_is_still_bounded():
    # Files of /proc say that they have no bytes.
    with pytest.raises(Unreadable, match="grew"):
        files.load("/proc/self/environ", 0)
