"""An export of the ledger, held against a head that was signed, by the command."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from infra.probes.signed import new_key, public_key
from output_checker.adapters.signing import KeySigner
from output_checker.domain.ledger import EMPTY, LedgerHead, seal
from output_checker.domain.ledger_export import as_line
from output_checker.domain.ledger_seal import checkpoint_of, signed_words
from portal.cli.ledger import app

KEY = new_key()


@pytest.fixture
def lines():
    """Five lines of one ledger."""
    made, head = [], EMPTY
    for number in range(5):
        entry = seal(
            head, at=datetime(2026, 1, 1, tzinfo=UTC), actor="ada", event=f"e{number}",
            subject="s", project=None, details={},
        )  # fmt: skip
        made.append(entry)
        head = LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)
    return made


@pytest.fixture
def verify(tmp_path, lines):
    """The command's answer, of an export and the checkpoint of a line."""

    def run(entries, *, at=3, signer=KEY, trusted=KEY):
        head = LedgerHead(seq=lines[at].seq, entry_hash=lines[at].entry_hash)
        sealed = checkpoint_of(head, KeySigner(signer).sign(signed_words(head)))
        (tmp_path / "checkpoint.json").write_bytes(sealed)
        (tmp_path / "key.pem").write_text(public_key(trusted))
        export = "".join(json.dumps(as_line(entry)) + "\n" for entry in entries)
        (tmp_path / "ledger.jsonl").write_text(export)
        names = {"--file": "ledger.jsonl", "--checkpoint": "checkpoint.json", "--key": "key.pem"}
        given = [part for name, file in names.items() for part in (name, str(tmp_path / file))]
        return CliRunner().invoke(app, ["verify", *given])

    return run


def test_an_export_with_the_line_that_was_signed_is_whole(verify, lines):
    answer = verify(lines)

    assert answer.exit_code == 0
    assert "Line 4 is as it was signed, by the key you gave" in answer.output


def test_an_export_whose_end_was_cut_off_is_not(verify, lines):
    answer = verify(lines[:3])

    assert answer.exit_code == 1
    assert "does not have line 4 as it was signed" in answer.output


def test_a_ledger_that_was_written_anew_is_not_the_one_that_was_signed(verify, lines):
    anew, head = [], EMPTY
    for entry in lines:
        made = seal(
            head, at=entry.at, actor="eve", event=entry.event, subject="s", project=None, details={}
        )
        anew.append(made)
        head = LedgerHead(seq=made.seq, entry_hash=made.entry_hash)

    assert verify(anew).exit_code == 1


def test_a_checkpoint_that_another_key_signed_is_not_genuine(verify, lines):
    answer = verify(lines, signer=new_key())

    assert answer.exit_code == 1
    assert "Another key signed this" in answer.output
