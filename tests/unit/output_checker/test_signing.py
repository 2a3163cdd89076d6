"""A signature is of these bytes and of this key, whoever made it."""

import json
import shlex
import sys

import pytest

from infra.probes.signed import new_key, public_key
from output_checker.adapters.signing import CommandSigner, KeySigner, NotGenuine, verify
from output_checker.adapters.worker.wiring import signer
from output_checker.domain.errors import DependencyUnavailable

KEY, OTHER = new_key(), new_key()
CONTENT = b'{"@graph": []}'
SIGNING = (
    "import base64, sys; from cryptography.hazmat.primitives.serialization import "
    "load_pem_private_key as load; key = load(open(sys.argv[1], 'rb').read(), None); "
    "print(base64.b64encode(key.sign(sys.stdin.buffer.read())).decode())"
)


def vault(tmp_path, key=KEY, program=SIGNING):
    path = tmp_path / "key.pem"
    path.write_text(key)
    return CommandSigner(shlex.join([sys.executable, "-c", program, str(path)]), public_key(KEY))


def test_a_signature_is_known_again_with_the_key_of_the_installation():
    signature = KeySigner(KEY).sign(CONTENT)

    assert verify(CONTENT, signature, public_key(KEY)) == json.loads(signature)["key"]


def test_a_program_signs_as_a_key_does(tmp_path):
    assert vault(tmp_path).sign(CONTENT) == KeySigner(KEY).sign(CONTENT)


@pytest.mark.parametrize(
    ("key", "program"),
    [(OTHER, SIGNING), (KEY, "print(1)"), (KEY, "raise SystemExit(1)")],
    ids=["another key", "no signature", "failed"],
)
def test_a_program_that_signs_otherwise_is_not_believed(tmp_path, key, program):
    with pytest.raises(DependencyUnavailable, match="gave no signature"):
        vault(tmp_path, key, program).sign(CONTENT)


@pytest.mark.parametrize(
    ("content", "signature", "trusted", "words"),
    [
        (CONTENT + b" ", KeySigner(KEY).sign(CONTENT), KEY, "changed"),
        (CONTENT, KeySigner(OTHER).sign(CONTENT), KEY, "Another key"),
        (CONTENT, b"no json", KEY, "no signature"),
        (CONTENT, b"[]", KEY, "no signature"),
        (CONTENT, b'{"signature": "AA==", "public_key": "x"}', KEY, "no signature"),
    ],
)
def test_what_is_not_genuine_is_told_apart(content, signature, trusted, words):
    with pytest.raises(NotGenuine, match=words):
        verify(content, signature, public_key(trusted))


def test_without_the_installations_key_only_changes_show():
    assert verify(CONTENT, KeySigner(OTHER).sign(CONTENT))


def test_a_worker_with_nothing_to_sign_with_does_not_start():
    class Settings:
        signing_command, signing_public_key, release_key = "", None, None

    with pytest.raises(SystemExit, match="Nothing signs releases"):
        signer(Settings())
