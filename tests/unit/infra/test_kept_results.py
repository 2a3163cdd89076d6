"""Which earlier result of the probes still speaks for an image."""

import json

import pytest

from infra.instance import Instance
from infra.probes import keep, signed

IMAGE = "sha256:1"


@pytest.fixture
def instance(tmp_path):
    return Instance(
        name="h", home=tmp_path, listen="127.0.0.1:1", public_url="http://127.0.0.1:1",
        retention_days=1,
    )  # fmt: skip


@pytest.fixture
def write(instance):
    """Keep a result as a run does; later ones have later names."""
    folder = instance.home / "probes"
    folder.mkdir()
    key = signed.new_key()
    (folder / keep.PUBLIC_KEY).write_text(signed.public_key(key))

    def write(name, *, key=key, **payload):
        whole = {"whole": True, "image": IMAGE, "probes": [], "at": name, **payload}
        (folder / f"{name}Z.json").write_text(json.dumps(signed.sign(whole, key)))

    return write


def test_the_newest_whole_result_of_the_image_counts(instance, write):
    write("1")
    write("2")
    write("3", whole=False)
    write("4", image="sha256:2")

    assert keep.proven_shut(instance, IMAGE)["at"] == "2"


@pytest.mark.parametrize("state", ["OPEN", "broken"])
def test_a_result_with_a_door_that_was_not_shut_sends_back_to_all_probes(instance, write, state):
    write("1", probes=[{"state": "shut"}])
    write("2", probes=[{"state": "shut"}, {"state": state}])

    assert keep.proven_shut(instance, IMAGE) is None


def test_a_result_under_another_key_does_not_count(instance, write):
    write("1", key=signed.new_key())

    assert keep.proven_shut(instance, IMAGE) is None


def test_where_nothing_was_probed_nothing_counts(instance):
    assert keep.proven_shut(instance, IMAGE) is None
