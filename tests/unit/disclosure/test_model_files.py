"""Models and arrays: rows planted in them, what they keep of people, and what they would run."""

import gzip
import io
import json
import os
import pickle
import pickletools
import random
import struct
import sys
import types
import zipfile
import zlib

import numpy as np
import pandas as pd
import pytest

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers import pickle_machine, pickles
from output_checker.disclosure.readers.refusal import Refusal
from tests.unit.disclosure.conftest import REGIONS, TRADES, rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

MARKS = {"verbatim-rows", "near-verbatim-rows", "rare-values"}
NODE = np.dtype([("left_child", "i8"), ("right_child", "i8"), ("feature", "i8"),
                 ("threshold", "f8"), ("n_node_samples", "i8")])  # fmt: skip


@pytest.fixture(scope="module")
def planted(people):
    """Thirty people of the source as numbers alone."""
    return np.array([(REGIONS.index(row[1]), TRADES.index(row[2]), row[3], row[4])
                     for row in people[1][20:50]])  # fmt: skip


@pytest.fixture(scope="module")
def frame(people):
    rows = [row[1:] for row in people[1][20:50]]
    return pd.DataFrame(rows, columns=["region", "trade", "age", "pay"])


@pytest.fixture
def a_model(monkeypatch):
    """Something of a class of some library that need not be here."""

    def a_model(dotted, **attributes):
        module, _, name = dotted.rpartition(".")
        parts = module.split(".")
        for at in range(1, len(parts) + 1):
            above = ".".join(parts[:at])
            if above not in sys.modules:
                monkeypatch.setitem(sys.modules, above, types.ModuleType(above))
        made = sys.modules[module]
        if not hasattr(made, name):
            monkeypatch.setattr(made, name, type(name, (), {"__module__": module}), raising=False)
        found = getattr(made, name)()
        vars(found).update(attributes)
        return found

    return a_model


def as_npy(array, **more):
    stream = io.BytesIO()
    np.save(stream, array, **more)
    return stream.getvalue()


def as_npz(save=np.savez, **arrays):
    stream = io.BytesIO()
    save(stream, **arrays)
    return stream.getvalue()


def as_safetensors(array, name="weight", kind="F64", **metadata):
    body = array.tobytes()
    said = {name: {"dtype": kind, "shape": array.shape, "data_offsets": [0, len(body)]}}
    head = json.dumps({**({"__metadata__": metadata} if metadata else {}), **said}).encode()
    return len(head).to_bytes(8, "little") + head + body


class JoblibPickler(pickle._Pickler):
    """Writes arrays as joblib does: raw, behind what describes them."""

    def __init__(self, stream, wrapper):
        super().__init__(stream, 4)
        self.stream = stream
        self.wrapper = wrapper

    def save(self, obj, save_persistent_id=True):
        if not isinstance(obj, np.ndarray) or obj.dtype.hasobject:
            super().save(obj, save_persistent_id)
            return
        self.framer.commit_frame(force=True)
        said = self.wrapper("joblib.numpy_pickle.NumpyArrayWrapper", subclass=np.ndarray,
                            shape=obj.shape, order="C", dtype=obj.dtype, allow_mmap=True,
                            numpy_array_alignment_bytes=16)  # fmt: skip
        self.kept = [*getattr(self, "kept", []), said]
        super().save(said)
        self.framer.commit_frame(force=True)
        self.stream.write(b"\x03\xff\xff\xff" + obj.tobytes())


def as_joblib(model, wrapper):
    stream = io.BytesIO()
    JoblibPickler(stream, wrapper).dump(model)
    return stream.getvalue()


@pytest.mark.parametrize("protocol", range(6))
def test_rows_in_an_attribute_of_a_model_are_found(judge, planted, a_model, protocol):
    model = a_model("sklearn.linear_model._base.LinearRegression", extra_=planted)

    assert rules(judge(pickle.dumps(model, protocol), "model.pkl")) & MARKS


@pytest.mark.parametrize("form", ["<f4", ">f8", "<f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_are_found_however_their_numbers_are_kept(judge, planted, form, order):
    array = np.array(planted, dtype=form, order=order)

    assert rules(judge(pickle.dumps({"weights": array}), "t.pkl")) & MARKS
    assert rules(judge(as_npy(array), "t.npy")) & MARKS


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_rows_in_a_frame_are_found(judge, frame, protocol):
    frame = frame.astype({"region": "category"})

    assert rules(judge(pickle.dumps(frame, protocol), "t.pickle")) & MARKS


def test_rows_in_a_frame_of_old_texts_are_found(judge, frame):
    frame = frame.astype({"region": object, "trade": object})

    assert rules(judge(pickle.dumps(frame), "t.pickle")) & MARKS


PLACES = {
    "rows": lambda rows: [tuple(row) for row in rows],
    "records": lambda rows: [dict(zip("abcd", row, strict=True)) for row in rows],
    "columns": lambda rows: {str(at): [*column] for at, column in enumerate(zip(*rows,
                                                                              strict=True))},
    "arrays of columns": lambda rows: dict(zip("abcd", np.array(rows).T, strict=True)),
    "arrays of rows": lambda rows: [np.array(row) for row in rows],
    "keys": lambda rows: {tuple(row): None for row in rows},
    "a text": lambda rows: {"note": "\n".join(" ".join(map(str, row)) for row in rows)},
    "names": lambda rows: {", ".join(map(str, row)): None for row in rows},
    "objects": lambda rows: np.array([tuple(row) for row in rows], dtype=object),
    "records of numpy": lambda rows: np.array([tuple(row) for row in rows], dtype="f8,f8,f8,f8"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_rows_are_found_in(judge, planted, place):
    data = pickle.dumps({"kept": [PLACES[place](planted.tolist())]})

    assert rules(judge(data, "t.pkl")) & MARKS


@pytest.mark.parametrize("pack", [bytes, zlib.compress, gzip.compress])
def test_rows_in_a_file_of_joblib_are_found(judge, planted, a_model, pack):
    model = a_model("sklearn.linear_model._base.LinearRegression", extra_=planted)

    assert rules(judge(pack(as_joblib(model, a_model)), "model.joblib")) & MARKS


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_rows_in_an_archive_of_arrays_are_found(judge, planted, save):
    data = as_npz(save, mean=planted.mean(axis=0), kept=planted.astype("f4"))

    assert rules(judge(data, "t.npz")) & MARKS


def test_rows_in_an_array_of_objects_are_found(judge, frame):
    data = as_npz(kept=frame.to_numpy(dtype=object))

    assert rules(judge(data, "t.npz")) & MARKS


@pytest.mark.parametrize(("form", "kind"), [("<f8", "F64"), ("<f4", "F32")])
def test_rows_in_safetensors_are_found(judge, planted, form, kind):
    assert rules(judge(as_safetensors(planted.astype(form), kind=kind), "t.safetensors")) & MARKS


def test_text_beside_safetensors_is_found(judge, planted):
    text = "\n".join(" ".join(map(str, row)) for row in planted.tolist())

    assert rules(judge(as_safetensors(np.ones(3), note=text), "t.safetensors")) & MARKS


def test_a_model_of_coefficients_is_for_a_person(judge, a_model):
    model = a_model("sklearn.linear_model._base.LinearRegression",
                    coef_=np.array([0.123, 4.56, 7.7]), intercept_=0.25)  # fmt: skip

    report = judge(pickle.dumps(model), "model.pkl")

    assert report.verdict is Verdict.REVIEW
    assert "model" in rules(report, Verdict.REVIEW)


@pytest.mark.parametrize("dotted", [
    "sklearn.neighbors._classification.KNeighborsClassifier", "sklearn.svm._classes.SVC",
    "sklearn.gaussian_process._gpr.GaussianProcessRegressor",
    "sklearn.neighbors._kde.KernelDensity", "sklearn.neighbors._lof.LocalOutlierFactor",
    "sklearn.neighbors._kd_tree.KDTree", "scipy.stats._kde.gaussian_kde",
])  # fmt: skip
def test_a_model_that_keeps_rows_is_refused(judge, a_model, dotted):
    inside = a_model(dotted, n_features_in_=4)
    model = a_model("sklearn.pipeline.Pipeline", steps=[("scale", None), ("fit", inside)])

    assert "M1" in rules(judge(pickle.dumps(model), "model.pkl"))


@pytest.mark.parametrize("holds", [True, False])
def test_a_result_that_holds_its_data_is_refused(judge, a_model, holds):
    data = a_model("statsmodels.base.data.ModelData",
                   exog=np.arange(40.0).reshape(20, 2) if holds else None)  # fmt: skip
    model = a_model("statsmodels.regression.linear_model.RegressionResults", data=data, df_resid=18)

    report = judge(pickle.dumps(model), "model.pkl")

    assert ("M1" in rules(report)) == holds


@pytest.mark.parametrize(("settings", "few"), [
    ({"df_resid": 9.0}, True), ({"df_resid": 10.0}, False), ({"nobs": 12, "df_model": 2}, True),
    ({"nobs": 13, "df_model": 2}, False), ({"nobs": 12}, False), ({"df_resid": np.int64(3)}, True),
])  # fmt: skip
def test_few_degrees_of_freedom_are_for_a_person(judge, a_model, settings, few):
    model = a_model("statsmodels.regression.linear_model.RegressionResults", **settings)

    assert ("M3" in rules(judge(pickle.dumps(model), "model.pkl"), Verdict.REVIEW)) == few


def tree_of(a_model, *leaves):
    nodes = [(1, 2, 0, 33.25, sum(leaves)), *[(-1, -1, -2, -2.0, count) for count in leaves]]
    tree = a_model("sklearn.tree._tree.Tree", nodes=np.array(nodes, dtype=NODE))
    return a_model("sklearn.tree._classes.DecisionTreeClassifier", tree_=tree)


@pytest.mark.parametrize(("leaves", "is_small"), [((40, 9), True), ((40, 10), False)])
def test_trees_with_small_leaves_are_refused(judge, a_model, leaves, is_small):
    report = judge(pickle.dumps(tree_of(a_model, *leaves)), "model.pkl")

    assert ("M2" in rules(report)) == is_small
    assert ("model" in rules(report, Verdict.REVIEW)) != is_small


def test_small_leaves_are_counted_over_a_forest(judge, a_model):
    trees = np.empty(2, dtype=object)
    trees[:] = [tree_of(a_model, 40, 3), tree_of(a_model, 5, 4)]
    forest = a_model("sklearn.ensemble._forest.RandomForestClassifier", estimators_=trees)

    report = judge(pickle.dumps(forest), "model.pkl")

    (finding,) = [one for one in report.findings if one.rule == "M2"]
    assert finding.reason.startswith("3 of 4 leaves")


def test_arrays_of_no_model_are_for_a_person(judge):
    report = judge(as_npy(np.array([0.25, 0.5])), "t.npy")

    assert report.verdict is Verdict.REVIEW


def test_more_rows_than_a_person_sees_are_refused(judge):
    assert "unseen-rows" in rules(judge(as_npy(np.arange(1001)), "t.npy"))


class Runs:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.system, (f"touch {self.target}",)


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_runs_a_command_is_refused_and_never_run(judge, tmp_path, protocol):
    target = tmp_path / "it-ran"
    data = pickle.dumps({"a": Runs(target)}, protocol)

    report = judge(data, "model.pkl")

    assert "code" in rules(report)
    assert not target.exists()
    # The same bytes do run where somebody loads them.
    pickle.loads(data)
    assert target.exists()


@pytest.mark.parametrize("name", [
    b"cbuiltins\neval\n", b"cnumpy.testing._private.utils\nrunstring\n", b"c__main__\nThing\n",
    b"cpandas\nread_pickle\n", b"cos\nsystem\n", b"cnumpy\nload\n", b"cjoblib\nload\n",
    b"cbuiltins\ngetattr\n", b"cnumpy\nos.system\n",
])  # fmt: skip
def test_names_that_may_do_harm_are_refused(name):
    document = pickles.read(name + b"(S'1'\ntR.")

    assert [note.kind for note in document.notes] == ["code"]


def test_a_strange_name_is_not_printed():
    (note,) = pickles.read(b"cmain\nAda Lovelace, 36\n.").notes

    assert "Ada" not in note.reason


def hand(*parts):
    return b"\x80\x04" + b"".join(parts) + b"."


SHAPE = b"(K\x01K\x02K\x03t"
MALFORMED = {
    "nothing": b"",
    "no end": pickle.dumps([1, 2, 3])[:-1],
    "cut short": pickle.dumps(np.arange(100))[:-80],
    "a stack that is empty": b"\x80\x04a.",
    "a mark that is missing": b"\x80\x04e.",
    "a memo that is missing": b"\x80\x04h\x07.",
    "persistent": b"\x80\x02Pid\n.",
    "of the registry": b"\x80\x02\x82\x01.",
    "a later protocol": b"\x80\x09N.",
    "buffers elsewhere": b"\x80\x05\x97.",
    "a length beyond the file": hand(b"\x8e" + struct.pack("<Q", 2**62)),
    "bytes after the end": pickle.dumps(1) + b"x" * 20,
    "values left over": hand(b"K\x01K\x02"),
    "deep": hand(b"]" * 5000 + b"a" * 4999),
    "an array of other bytes": pickle.dumps(np.arange(9)).replace(b"K\x09\x85", b"K\x08\x85"),
    "a number that is none": b"Iseven\n.",
    "a long number": b"I" + b"9" * 9000 + b"\n.",
    "compressed and cut": zlib.compress(pickle.dumps([1] * 999))[:-5],
    "compressed and more": zlib.compress(pickle.dumps([1] * 999)) + b"more",
    "a bomb": zlib.compress(bytes(100 * 2**20)),
    "compressed otherwise": b"BZh91AY",
}  # fmt: skip


@pytest.mark.parametrize("form", MALFORMED)
def test_a_malformed_pickle_is_refused_in_words(judge, form):
    report = judge(MALFORMED[form], "t.pkl")

    assert report.verdict is Verdict.FAIL
    assert not any("stopped before" in one.reason for one in report.findings)


@pytest.mark.slow
def test_a_garbled_pickle_is_read_or_refused_in_words(judge, frame):
    chance = random.Random(9)
    data = pickle.dumps({"frame": frame.head(6), "array": np.arange(6.0), "at": pd.Timestamp(0)})
    for _ in range(60):
        garbled = bytearray(data)
        for at in chance.choices(range(len(data)), k=3):
            garbled[at] = chance.randrange(256)

        report = judge(bytes(garbled), "t.pkl")

        assert report.verdict is not Verdict.PASS
        assert not any("stopped before" in one.reason for one in report.findings)


def test_a_list_that_holds_itself_is_read():
    one = [1, 2, "a text"]
    one.append(one)

    assert pickles.read(pickle.dumps(one)).parts


def test_values_that_unfold_without_end_are_read_once():
    one = ["a text"]
    for _ in range(60):
        one = [one, one]

    assert pickles.read(pickle.dumps(one)).parts


def test_every_step_of_a_pickle_is_known_or_refused():
    refused = {"PERSID", "BINPERSID", "EXT1", "EXT2", "EXT4", "NEXT_BUFFER", "READONLY_BUFFER"}

    assert {code.name for code in pickletools.opcodes} == refused | {*pickle_machine._STEPS}


def test_a_pickle_of_too_many_steps_is_refused(monkeypatch):
    monkeypatch.setattr(pickle_machine, "MAX_STEPS", 100)

    with pytest.raises(Refusal, match="more than 100 steps"):
        pickles.read(pickle.dumps([1] * 200))


def npy_of(header, body=b""):
    text = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body


HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (%s,), }"
BROKEN_ARRAYS = {
    "nothing behind the name": b"\x93NUMPY",
    "another version": b"\x93NUMPY\x09\x00" + bytes(40),
    "a header that is no value": npy_of("__import__('os').system('true')"),
    "a huge shape": npy_of(HEADER % (2**62)),
    "a negative shape": npy_of(HEADER % -1),
    "bytes after the end": npy_of(HEADER % 1, bytes(9)),
    "fewer bytes": npy_of(HEADER % 2, bytes(8)),
    "items of no size": npy_of(HEADER.replace("<f8", "|S0") % (2**40)),
    "a form nobody knows": npy_of(HEADER.replace("<f8", "<z9") % 1, bytes(9)),
    "a deep header": npy_of("[" * 9000 + "]" * 9000),
}


@pytest.mark.parametrize("form", BROKEN_ARRAYS)
def test_a_malformed_array_is_refused_in_words(judge, form):
    report = judge(BROKEN_ARRAYS[form], "t.npy")

    assert report.verdict is Verdict.FAIL
    assert not any("stopped before" in one.reason for one in report.findings)


def zip_of(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return stream.getvalue()


BROKEN_ARCHIVES = {
    "a bomb": zip_of(a=npy_of(HEADER % 2, bytes(100 * 2**20))),
    "bytes before": b"PK\x03\x04" + bytes(20) + zip_of(a=as_npy(np.ones(3))),
    "cut short": zip_of(a=as_npy(np.ones(3)))[:-9],
    "another file inside": zip_of(a=b"name,age\nAda,36\n"),
    "nothing but the name": b"PK\x03\x04" + bytes(60),
}


@pytest.mark.parametrize("form", BROKEN_ARCHIVES)
def test_a_malformed_archive_of_arrays_is_refused_in_words(judge, form):
    report = judge(BROKEN_ARCHIVES[form], "t.npz")

    assert report.verdict is Verdict.FAIL
    assert not any("stopped before" in one.reason for one in report.findings)


def test_a_pickle_in_an_archive_of_arrays_is_never_run(judge, tmp_path):
    target = tmp_path / "it-ran"
    array = np.array([Runs(target)], dtype=object)

    assert "code" in rules(judge(as_npz(a=array), "t.npz"))
    assert not target.exists()


def broken_tensors(change):
    head = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
    change(head)
    text = json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text + bytes(8)


BROKEN_TENSORS = {
    "a header beyond the file": (2**60).to_bytes(8, "little") + b"{}",
    "no header": b"\x02",
    "no object": b"\x02" + bytes(7) + b"[]",
    "bytes of no array": broken_tensors(lambda head: head["a"].update(data_offsets=[0, 4],
                                                                      shape=[1])),
    "a hole": broken_tensors(lambda head: head["a"].update(data_offsets=[4, 8], shape=[1])),
    "another shape": broken_tensors(lambda head: head["a"].update(shape=[2**50])),
    "another form": broken_tensors(lambda head: head["a"].update(dtype="F8_E4M3")),
    "no place": broken_tensors(lambda head: head["a"].pop("data_offsets")),
}  # fmt: skip


@pytest.mark.parametrize("form", BROKEN_TENSORS)
def test_malformed_safetensors_are_refused_in_words(judge, form):
    report = judge(BROKEN_TENSORS[form], "t.safetensors")

    assert report.verdict is Verdict.FAIL
    assert not any("stopped before" in one.reason for one in report.findings)


@pytest.mark.parametrize(("array", "texts"), [
    (np.array([1.5, 2.0, np.nan, 1e-7]), ["1.5", "2", "", "1e-07"]),
    (np.array([23.45, 0.1], dtype="f4"), ["23.45", "0.1"]),
    (np.array([23.45, 0.1], dtype="f2"), ["23.45", "0.1"]),
    (np.array([23.45, 0.1], dtype="f4").astype("f8"), ["23.45", "0.1"]),
    (np.array([3, -7], dtype=">i2"), ["3", "-7"]),
    (np.array([2**63], dtype="u8"), ["9223372036854775808"]),
    (np.array(["ab", "ç"], dtype="U5"), ["ab", "ç"]),
    (np.array([b"ab"], dtype="S5"), ["ab"]),
    (np.array([True, False]), ["true", "false"]),
    (np.array(["2020-02-03", "NaT"], dtype="M8[D]"), ["2020-02-03", ""]),
    (np.array(["2020-02-03T04:05:06"], dtype="M8[ns]"), ["2020-02-03 04:05:06"]),
    (np.array(["2020-02"], dtype="M8[M]"), ["2020-02-01"]),
])  # fmt: skip
def test_items_of_arrays_are_told_as_they_would_be_printed(array, texts):
    (part, *_) = pickles.read(pickle.dumps(array)).parts

    assert [row[0] for row in part.artefact.rows] == texts


def test_columns_in_arrays_of_their_own_are_put_beside_each_other(judge, people):
    held = io.BytesIO()
    rows = [row[1:] for row in people[1][30:40]]
    np.savez(held, **{f"a{at}": np.array([str(one) for one in column])
                      for at, column in enumerate(zip(*rows, strict=True))})  # fmt: skip

    [found] = [one for one in judge(held.getvalue(), "a.npz").findings
               if one.rule == "verbatim-rows"]  # fmt: skip

    assert found.where == "4 arrays of 10 rows beside each other"


def test_names_above_rows_hide_none(judge, people):
    rows = [("a", "b", "c", "d"), *(row[1:] for row in people[1][30:34])]

    assert "verbatim-rows" in rules(judge(pickle.dumps([tuple(map(str, row)) for row in rows]),
                                          "a.pkl"))  # fmt: skip
