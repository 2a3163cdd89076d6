"""Fitted models and pickles, and where rows can be kept in them."""

import gzip
import json
import pickle
import struct
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import pandas as pd

from benchmarks.leaks.made import Row
from benchmarks.leaks.shapes import columns, frame_columns, lines, numbers, records

_FLOAT, _DOUBLE = 1, 11


def _varint(number: int) -> bytes:
    made = b""
    while number > 127:
        made += bytes([number & 127 | 128])
        number >>= 7
    return made + bytes([number])


def message(*fields: tuple[int, int | str | bytes]) -> bytes:
    """As protocol buffers are written."""
    made = b""
    for number, value in fields:
        if isinstance(value, int):
            made += _varint(number << 3) + _varint(value)
        else:
            body = value.encode() if isinstance(value, str) else value
            made += _varint(number << 3 | 2) + _varint(len(body)) + body
    return made


def _tensor(name: str, rows: Sequence[Sequence[float]], kind: int) -> bytes:
    body = np.array(rows).astype("<f4" if kind == _FLOAT else "<f8").tobytes()
    return message((1, len(rows)), (1, len(rows[0])), (2, kind), (8, name), (9, body))


def onnx(rows: Sequence[Sequence[float]], *, kind: int = _FLOAT, doc: str = "",
         node: Sequence[tuple[int, int | str | bytes]] = (), said: str = "") -> bytes:  # fmt: skip
    product = message((1, "x"), (2, "y"), (4, "MatMul"), *node)
    graph = message((1, product), (2, "graph"), (5, _tensor("weights", rows, kind)),
                    (11, message((1, "x"))), *([(10, doc)] if doc else []))  # fmt: skip
    kept = [(14, message((1, "kept"), (2, said)))] if said else []
    return message((1, 9), (2, "skl2onnx"), (7, graph), *kept)


def _onnx_attributes(rows: Sequence[Sequence[float]]) -> list[tuple[int, bytes]]:
    """A list of numbers for each column, as trees have them."""
    return [
        (5, message((1, f"nodes_{at}"), (7, struct.pack(f"<{len(rows)}f", *column)), (20, 6)))
        for at, column in enumerate(zip(*rows, strict=True))
    ]


def ubj(value: Any) -> bytes:
    """Universal binary JSON, numbers in lists as XGBoost has them."""
    match value:
        case dict():
            inside = b"".join(ubj(name)[1:] + ubj(one) for name, one in value.items())
            return b"{" + inside + b"}"
        case [float(), *_]:
            return b"[$d#" + ubj(len(value)) + struct.pack(f">{len(value)}f", *value)
        case list():
            return b"[#" + ubj(len(value)) + b"".join(map(ubj, value))
        case int():
            return b"L" + struct.pack(">q", value)
        case _:
            return b"S" + ubj(len(value.encode())) + value.encode()


def xgboost(tree: Mapping[str, Sequence[float]] | None = None, **learner: Any) -> bytes:
    plain = {"left_children": [1, -1, -1], "right_children": [2, -1, -1],
             "split_conditions": [33.25, 0.1, -0.1], "sum_hessian": [90.0, 40.0, 50.0]}  # fmt: skip
    held = {**plain, **(tree or {})}
    whole = {"gradient_booster": {"model": {"trees": [held, plain]}}, "name": "gbtree", **learner}
    return ubj({"learner": whole, "version": [3, 2, 0]})


def lightgbm(*tree: str, names: str = "age pay", settings: str = "[boosting: gbdt]") -> bytes:
    more = "".join(f"{line}\n" for line in tree)
    return (
        f"tree\nversion=v4\nnum_class=1\nfeature_names={names}\n\nTree=0\nnum_leaves=3\n"
        f"leaf_value=0.25 -1e-3 0.5\nleaf_count=40 12 31\n{more}shrinkage=1\n\nend of trees\n\n"
        f"parameters:\n{settings}\nend of parameters\n"
    ).encode()


def safetensors(tensors: Mapping[str, Any], **said: str) -> bytes:
    kinds = {"f4": "F32", "f8": "F64", "f2": "F16"}
    head: dict[str, Any] = {"__metadata__": said} if said else {}
    body = b""
    for name, array in tensors.items():
        data = array.tobytes()
        head[name] = {"dtype": kinds[array.dtype.str[1:]], "shape": array.shape,
                      "data_offsets": [len(body), len(body) + len(data)]}  # fmt: skip
        body += data
    told = json.dumps(head).encode()
    return struct.pack("<Q", len(told)) + told + body


@contextmanager
def _classes(*dotted: str) -> Any:
    """Classes of libraries that need not be here."""
    there = dict(sys.modules)
    made = []
    for one in dotted:
        module, _, name = one.rpartition(".")
        parts = module.split(".")
        for at in range(1, len(parts) + 1):
            above = ".".join(parts[:at])
            sys.modules.setdefault(above, types.ModuleType(above))
        found = type(name, (), {"__module__": module})
        setattr(sys.modules[module], name, found)
        made.append(found)
    yield made
    for name in set(sys.modules) - set(there):
        del sys.modules[name]


def fitted(dotted: str, **attributes: Any) -> bytes:
    """A pickle of a model with these attributes."""
    with _classes(dotted) as (kind,):
        model = kind()
        vars(model).update(attributes)
        return pickle.dumps(model)


def neighbours(rows: Sequence[Sequence[float]]) -> bytes:
    return fitted("sklearn.neighbors._classification.KNeighborsClassifier", n_neighbors=5,
                  n_samples_fit_=len(rows), _fit_X=np.array(rows))  # fmt: skip


def regression(**more: Any) -> bytes:
    plain = {"coef_": np.array([1.25, -0.5, 3.125]), "intercept_": 12.5}
    return fitted("sklearn.linear_model._base.LinearRegression", **plain, **more)


def _sums(rows: Sequence[Sequence[float]]) -> dict[str, Any]:
    return {f"c{at}": np.array(column) for at, column in enumerate(zip(*rows, strict=True))}


MODELS: Final[dict[tuple[str, str], Callable[[Row, Sequence[Row]], bytes]]] = {
    ("pkl", "columns"): lambda h, r: pickle.dumps(columns(h, r)),
    ("pkl", "rows"): lambda h, r: pickle.dumps({"kept": [h, *map(tuple, r)]}),
    ("pkl", "records"): lambda h, r: pickle.dumps([*records(h, r)]),
    ("pkl", "frame"): lambda h, r: pickle.dumps(pd.DataFrame(frame_columns(h, r))),
    ("pkl", "packed frame"): lambda h, r: gzip.compress(
        pickle.dumps(pd.DataFrame(frame_columns(h, r)))),
    ("pkl", "neighbours"): lambda _, r: neighbours(numbers(r)),
    ("pkl", "attribute"): lambda _, r: regression(extra_=np.array(numbers(r))),
    ("pkl", "attribute in columns"): lambda _, r: regression(extra_=_sums(numbers(r))),
    ("pkl", "text"): lambda h, r: regression(note=lines(h, r, ",")),
    ("joblib", "frame"): lambda h, r: pickle.dumps({"p": pd.DataFrame(frame_columns(h, r))}),
    ("safetensors", "tensor"): lambda _, r: safetensors({"w": np.array(numbers(r))}),
    ("safetensors", "tensor of 4 bytes"): lambda _, r: safetensors(
        {"w": np.array(numbers(r), dtype="<f4")}),
    ("safetensors", "columns"): lambda _, r: safetensors(_sums(numbers(r))),
    ("safetensors", "metadata"): lambda h, r: safetensors(
        {"w": np.zeros((2, 2))}, kept=lines(h, r, ",")),
    ("onnx", "initializer"): lambda _, r: onnx(numbers(r)),
    ("onnx", "initializer of 8 bytes"): lambda _, r: onnx(numbers(r), kind=_DOUBLE),
    ("onnx", "node"): lambda _, r: onnx([[0.5]], node=_onnx_attributes(numbers(r))),
    ("onnx", "remark"): lambda h, r: onnx([[0.5]], doc=lines(h, r, ",")),
    ("onnx", "metadata"): lambda h, r: onnx([[0.5]], said=json.dumps(records(h, r))),
    ("ubj", "tree"): lambda _, r: xgboost(
        {f"w{at}": [*map(float, one)] for at, one in enumerate(zip(*numbers(r), strict=True))}),
    ("ubj", "names of features"): lambda h, r: xgboost(
        feature_names=lines(h, r, " ").splitlines()),
    ("ubj", "attributes"): lambda h, r: xgboost(attributes={"kept": json.dumps(records(h, r))}),
    ("lgb", "tree"): lambda _, r: lightgbm(*(
        f"c{at}={' '.join(map(str, one))}"
        for at, one in enumerate(zip(*numbers(r), strict=True)))),
    ("lgb", "settings"): lambda h, r: lightgbm(settings=lines(h, r, ",")),
    ("lgb", "names of features"): lambda h, r: lightgbm(
        names=" ".join("_".join(row) for row in (h, *r))),
}  # fmt: skip
