"""`haven release verify` with files that are, and are not, those that were released."""

import hashlib
import json

import pytest
from typer.testing import CliRunner

from infra.probes.signed import new_key, public_key
from output_checker.adapters.signing import KeySigner
from portal.cli import release as command

KEY = new_key()
CONTENT = b"region,n\nnorth,120\n"


@pytest.fixture
def folder(tmp_path):
    """As a recipient keeps it."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    graph = [{"@type": "File", "name": "tables/out.csv", "sha256": sha256}, {"@type": "Person"}]
    record = json.dumps({"@graph": graph}).encode()
    (tmp_path / "out.csv").write_bytes(CONTENT)
    (tmp_path / "ro-crate-metadata.json").write_bytes(record)
    (tmp_path / "ro-crate-metadata.json.sig").write_bytes(KeySigner(KEY).sign(record))
    (tmp_path / "key.pem").write_text(public_key(KEY))
    return tmp_path


def verified(folder, key="key.pem"):
    chosen = ["--key", str(folder / key)] if key else []
    return CliRunner().invoke(command.app, ["verify", str(folder), *chosen])


def test_files_as_they_were_released_are_said_to_be(folder):
    said = verified(folder)

    assert said.exit_code == 0, said.output
    assert "by the key you gave" in said.stdout
    assert "as released tables/out.csv" in said.stdout


def test_a_file_that_is_not_here_is_no_fault(folder):
    (folder / "out.csv").unlink()

    said = verified(folder, key=None)

    assert (said.exit_code, "not here" in said.stdout) == (0, True)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.csv", "1 files are not those"),
        ("ro-crate-metadata.json", "changed after it was signed"),
        ("ro-crate-metadata.json.sig", "no signature"),
    ],
)
def test_whatever_was_changed_is_named(folder, name, words):
    changed = folder / name
    changed.write_bytes(changed.read_bytes().replace(b"n", b"m"))

    said = verified(folder)

    assert (said.exit_code, words in said.stderr) == (1, True)


def test_another_installations_key_is_told_apart(folder):
    (folder / "key.pem").write_text(public_key(new_key()))

    said = verified(folder)

    assert (said.exit_code, "Another key" in said.stderr) == (1, True)


def test_a_folder_without_a_record_says_what_is_missing(tmp_path):
    said = verified(tmp_path, key=None)

    assert (said.exit_code, "ro-crate-metadata.json is not there" in said.stderr) == (2, True)
