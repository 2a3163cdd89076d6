"""Signed results of the probes: genuine, or said not to be."""

import copy
import json

import pytest

from infra.probes import signed

PAYLOAD = {"at": "2026-11-22T02:30:00+00:00", "probes": [{"probe_id": "N01", "state": "OPEN"}]}


@pytest.fixture(scope="module")
def key():
    return signed.new_key()


@pytest.fixture
def document(key):
    return json.loads(json.dumps(signed.sign(PAYLOAD, key)))


def test_a_result_that_nobody_touched_is_genuine(document, key):
    assert signed.verify(document, signed.public_key(key)) == PAYLOAD


def test_a_result_whose_hole_was_painted_over_is_not(document, key):
    forged = copy.deepcopy(document)
    forged["payload"]["probes"][0]["state"] = "shut"

    with pytest.raises(signed.NotGenuine, match="changed after"):
        signed.verify(forged, signed.public_key(key))


def test_a_result_that_somebody_else_signed_anew_is_not(document, key):
    forged = signed.sign({**PAYLOAD, "probes": []}, signed.new_key())

    with pytest.raises(signed.NotGenuine, match="Another key"):
        signed.verify(forged, signed.public_key(key))


@pytest.mark.parametrize("field", ["payload", "signature", "public_key"])
def test_a_result_with_a_part_missing_is_not(document, field):
    del document[field]

    with pytest.raises(signed.NotGenuine):
        signed.verify(document)


@pytest.mark.parametrize("signature", ["", "not base64!", "AAAA"])
def test_a_signature_that_is_none_is_refused(document, signature):
    with pytest.raises(signed.NotGenuine):
        signed.verify({**document, "signature": signature})


def test_a_file_that_is_no_result_is_refused(tmp_path):
    path = tmp_path / "result.json"
    path.write_text("[1]")

    with pytest.raises(signed.NotGenuine):
        signed.verify(signed.read(path))
