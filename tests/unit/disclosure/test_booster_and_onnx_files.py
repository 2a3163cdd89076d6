"""Models that are no pickles: boosted trees and networks, written here byte by byte."""

import random
import struct

import numpy as np
import pytest

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers.sandbox import SHARED
from tests.unit.disclosure.conftest import REGIONS, TRADES, rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

MARKS = {"verbatim-rows", "near-verbatim-rows", "rare-values"}


@pytest.fixture(scope="module")
def planted(people):
    return np.array([(REGIONS.index(row[1]), TRADES.index(row[2]), row[3], row[4])
                     for row in people[1][20:50]])  # fmt: skip


def ubj(value):
    match value:
        case dict():
            inside = b"".join(ubj(name)[1:] + ubj(one) for name, one in value.items())
            return b"{" + inside + b"}"
        case list() if value and all(isinstance(one, float) for one in value):
            return b"[$d#" + ubj(len(value)) + struct.pack(f">{len(value)}f", *value)
        case list() if value and all(isinstance(one, int) for one in value):
            return b"[$l#" + ubj(len(value)) + struct.pack(f">{len(value)}i", *value)
        case list():
            return b"[#" + ubj(len(value)) + b"".join(map(ubj, value))
        case int():
            return b"L" + struct.pack(">q", value)
        case str():
            return b"S" + ubj(len(value.encode())) + value.encode()
        case _:
            raise TypeError


def xgboost_of(*leaves, **more):
    tree = {"left_children": [1, -1, -1], "right_children": [2, -1, -1],
            "split_conditions": [33.25, 0.1, -0.1],
            "sum_hessian": [sum(leaves), *leaves]}  # fmt: skip
    model = {"gradient_booster": {"model": {"trees": [tree]}}, **more}
    return ubj({"learner": model, "version": [3, 2, 0]})


def lightgbm_of(*leaves, more=""):
    counts = " ".join(map(str, leaves))
    values = " ".join("0.25" for _ in leaves)
    return (
        f"tree\nversion=v4\nnum_class=1\nfeature_names=age pay\n\nTree=0\n"
        f"num_leaves={len(leaves)}\nleaf_value={values}\nleaf_count={counts}\n{more}\n"
        f"shrinkage=1\n\nend of trees\n\nparameters:\n[boosting: gbdt]\n"
    )


@pytest.mark.parametrize(("leaves", "is_small"), [((40.0, 9.0), True), ((40.0, 10.0), False)])
def test_small_leaves_of_xgboost_are_refused(judge, leaves, is_small):
    report = judge(xgboost_of(*leaves), "model.ubj")

    assert ("M2" in rules(report)) == is_small
    assert report.verdict is (Verdict.FAIL if is_small else Verdict.REVIEW)


@pytest.mark.parametrize(("leaves", "is_small"), [((40, 9), True), ((40, 10, 12), False)])
def test_small_leaves_of_lightgbm_are_refused(judge, leaves, is_small):
    report = judge(lightgbm_of(*leaves), "model.lgb")

    assert ("M2" in rules(report)) == is_small
    assert report.verdict is (Verdict.FAIL if is_small else Verdict.REVIEW)


def test_rows_in_boosted_trees_are_found(judge, planted):
    rows = [[*map(float, column)] for column in planted.T]
    kept = {f"column {at}": column for at, column in enumerate(rows)}
    lines = "\n".join(
        f"{name}={' '.join(map(str, column))}"
        for name, column in zip(("a", "b", "c", "d"), rows, strict=True)
    )

    assert rules(judge(xgboost_of(40.0, 40.0, attributes=kept), "t.ubj")) & MARKS
    assert rules(judge(lightgbm_of(40, 40, more=lines), "t.lgb")) & MARKS


BROKEN_BOOSTERS = {
    "nothing": b"",
    "another text": b"Ada, 36",
    "cut short": xgboost_of(40.0, 40.0)[:-30],
    "bytes after the end": xgboost_of(40.0, 40.0) + b"more",
    "a count beyond the file": b"{L\0\0\0\0\0\0\0\x01a[$d#L\0\xff\xff\xff\xff\xff\xff\xff",
    "a count below nothing": b"{L\0\0\0\0\0\0\0\x01a[$d#L" + b"\xff" * 8,
    "deep": b"{L\0\0\0\0\0\0\0\x01a" + b"[" * 9000,
    "nothing many times": b"{L\0\0\0\0\0\0\0\x01a[$Z#L\0\0\0\0\0\x7f\xff\xff}",
}


@pytest.mark.parametrize("form", BROKEN_BOOSTERS)
def test_a_malformed_booster_is_refused_in_words(judge, form):
    report = judge(BROKEN_BOOSTERS[form], "t.ubj")

    assert report.verdict is Verdict.FAIL
    assert not any("stopped before" in one.reason for one in report.findings)


def varint(value):
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def message(*fields):
    """Each field a number and a value: an integer, a text or bytes."""
    found = b""
    for number, value in fields:
        if isinstance(value, int):
            found += varint(number << 3) + varint(value)
        else:
            held = value.encode() if isinstance(value, str) else value
            found += varint(number << 3 | 2) + varint(len(held)) + held
    return found


def tensor(name, array, kind):
    return message(*((1, one) for one in array.shape), (2, kind), (8, name), (9, array.tobytes()))


def onnx_of(*, ops=("MatMul",), initializers=(), attributes=(), more=(), fields=()):
    nodes = [(1, message((1, "x"), (2, "y"), (4, op), *((5, one) for one in attributes)))
             for op in ops]  # fmt: skip
    graph = message(*nodes, (2, "graph"), *((5, one) for one in initializers), *more)
    return message((1, 9), (2, "skl2onnx"), (7, graph), *fields)


@pytest.mark.parametrize(("form", "kind"), [("<f4", 1), ("<f8", 11)])
def test_rows_in_an_initializer_are_found(judge, planted, form, kind):
    data = onnx_of(initializers=[tensor("w", planted.astype(form), kind)])

    assert rules(judge(data, "t.onnx")) & MARKS


def test_rows_in_attributes_of_a_node_are_found(judge, planted):
    attributes = [
        message((1, f"nodes_{at}"), (7, column.astype("<f4").tobytes()), (20, 6))
        for at, column in enumerate(planted.T)
    ]

    assert rules(judge(onnx_of(attributes=attributes), "t.onnx")) & MARKS


@pytest.mark.parametrize("place", ["the doc of the model", "metadata", "the doc of the graph"])
def test_rows_in_what_a_network_says_of_itself_are_found(judge, planted, place):
    text = "\n".join(" ".join(map(str, row)) for row in planted.tolist())
    more = [(10, text)] if place == "the doc of the graph" else []
    fields = {"the doc of the model": [(6, text)],
              "metadata": [(14, message((1, "kept"), (2, text)))]}.get(place, [])  # fmt: skip

    assert rules(judge(onnx_of(more=more, fields=fields), "t.onnx")) & MARKS


def test_a_network_that_keeps_rows_is_refused(judge):
    assert "M1" in rules(judge(onnx_of(ops=["SVMClassifier"]), "t.onnx"))


def test_a_network_of_a_few_numbers_is_for_a_person(judge):
    data = onnx_of(initializers=[tensor("w", np.array([0.25, 0.5], dtype="<f4"), 1)])

    report = judge(data, "t.onnx")

    assert report.verdict is Verdict.REVIEW
    assert "model" in rules(report, Verdict.REVIEW)


def test_numbers_in_another_file_are_refused(judge):
    outside = message((1, 3), (2, 1), (8, "w"), (13, message((1, "location"), (2, "w.bin"))))

    assert "external-link" in rules(judge(onnx_of(initializers=[outside]), "t.onnx"))


def test_fields_that_nobody_knows_are_refused(judge):
    assert "hidden-part" in rules(judge(onnx_of(fields=[(99, bytes(range(200, 250)))]), "t.onnx"))


BROKEN_NETWORKS = {
    "nothing": b"",
    "another text": b"Ada Lovelace, 36",
    "no graph": message((1, 9), (2, "x")),
    "cut short": onnx_of(initializers=[tensor("w", np.ones(30), 11)])[:-9],
    "a huge shape": onnx_of(initializers=[message((1, 2**62), (2, 1), (9, b"abcd"))]),
    "a shape below nothing": onnx_of(initializers=[message((1, 2**64 - 1), (2, 1))]),
    "another form": onnx_of(initializers=[message((1, 1), (2, 16), (9, b"ab"))]),
    "numbers where messages are": message((7, 5)),
    "a number without end": b"\xff" * 40,
}


@pytest.mark.parametrize("form", BROKEN_NETWORKS)
def test_a_malformed_network_is_refused_in_words(judge, form):
    report = judge(BROKEN_NETWORKS[form], "t.onnx")

    assert report.verdict is Verdict.FAIL
    assert not any("stopped before" in one.reason for one in report.findings)


def test_a_network_in_networks_is_refused(judge):
    graph = message((2, "g"))
    for _ in range(200):
        node = message((4, "If"), (5, message((1, "then"), (6, graph))))
        graph = message((1, node))

    (finding,) = [one for one in judge(message((7, graph)), "t.onnx").findings
                  if one.verdict is Verdict.FAIL]  # fmt: skip

    assert "nested" in finding.reason


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "data"), [
    ("booster", xgboost_of(40.0, 40.0)), ("booster", lightgbm_of(40, 40).encode()),
    ("onnx", onnx_of(initializers=[tensor("w", np.ones(30), 11)])),
], ids=["xgboost", "lightgbm", "onnx"])  # fmt: skip
def test_a_garbled_model_is_read_or_refused_in_words(judge, kind, data):
    chance = random.Random(3)
    suffix = {"booster": ".ubj", "onnx": ".onnx"}[kind]
    for _ in range(30):
        garbled = bytearray(data)
        for at in chance.choices(range(len(data)), k=3):
            garbled[at] = chance.randrange(256)

        report = judge(bytes(garbled), f"t{suffix}")

        assert report.verdict is not Verdict.PASS
        assert not any("stopped before" in one.reason for one in report.findings)


def test_every_leaf_of_every_tree_is_told():
    model = SHARED.read("booster", lightgbm_of(40, 9, 12).encode()).parts[0].artefact

    assert model.leaves == (40.0, 9.0, 12.0)
