"""Good files of every kind, to be broken. The same bytes in each run.

A new kind is one line of `GOOD`; `tests/unit/disclosure/test_malformed_files.py` asks for it.
"""

import base64
import datetime as dt
import gzip
import io
import json
import pickle
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from odf import opendocument, table, text
from PIL import Image
from pyarrow import feather as feathers
from pyarrow import parquet as parquets

from benchmarks.leaks import carriers
from benchmarks.leaks.carriers import CARRIERS
from benchmarks.leaks.made import Row
from benchmarks.leaks.models import message, ubj

_TESTS: Final = Path(__file__).parents[2] / "tests" / "unit" / "disclosure"
_FRAMES: Final = _TESTS / "frames"
HEADER: Final = ("region", "n", "mean_pay", "since")
ROWS: Final[tuple[Row, ...]] = tuple(
    (region, str(40 + at * 7), f"{1200.5 + at * 31.25:.2f}", f"20{10 + at}-03-0{1 + at % 9}")
    for at, region in enumerate(("North", "South", "East", "West", "Mid", "Isles", "Élan") * 2)
)
COLUMNS: Final = {
    "region": [row[0] for row in ROWS], "n": [int(row[1]) for row in ROWS],
    "mean_pay": [float(row[2]) for row in ROWS], "since": [row[3] for row in ROWS],
}  # fmt: skip
# Of files that say when they were written.
_TIME: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_THEN: Final = b"2026-11-22T12:00:00Z"


def _carried(suffix: str, *places: str) -> list[bytes]:
    return [CARRIERS[suffix, place](HEADER, ROWS) for place in places]


def _settled(data: bytes) -> bytes:
    """A ZIP package without the time at which it was written."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {one: _TIME.sub(_THEN, archive.read(one)) for one in archive.namelist()}
    return zipped(members)


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return held.getvalue()


def _drawn(form: str, **options: Any) -> bytes:
    chance = Random(7)
    picture = Image.frombytes("RGB", (48, 32), chance.randbytes(48 * 32 * 3))
    held = io.BytesIO()
    picture.convert("P" if options.pop("palette", False) else "RGB").save(held, form, **options)
    return held.getvalue()


def _ods() -> bytes:
    # Behind its first book the library declares more vocabularies, and then always the same.
    _book()
    return _book()


def _book() -> bytes:
    book = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="counts")
    for row in (HEADER, *ROWS):
        line = table.TableRow()
        for cell in row:
            one = table.TableCell(valuetype="string")
            one.addElement(text.P(text=cell))
            line.addElement(one)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    held = io.BytesIO()
    book.save(held)
    return _settled(held.getvalue())


def _docx() -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def paragraph(said: str) -> str:
        return f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"

    lines = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in (HEADER, *ROWS)
    )
    body = "".join(map(paragraph, carriers.PROSE)) + f"<w:tbl>{lines}</w:tbl>"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>'
    )
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    document = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    return zipped({
        "[Content_Types].xml": types.encode(), "_rels/.rels": relations.encode(),
        "word/document.xml": document.encode(),
    })  # fmt: skip


def _notebook() -> bytes:
    shown = {"output_type": "display_data", "metadata": {},
             "data": {"image/png": base64.b64encode(carriers.png()).decode(),
                      "application/json": COLUMNS}}  # fmt: skip
    return carriers.notebook(carriers.cell([shown]), carriers.cell(source="print(1)"))


def _page() -> bytes:
    picture = base64.b64encode(carriers.png()).decode()
    rows = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in ROWS)
    return (f'<!doctype html><html><head><style>p {{ color: red }}</style></head><body><table>'
            f'{rows}</table><img src="data:image/png;base64,{picture}"></body></html>'
            ).encode()  # fmt: skip


def _saved(array: Any) -> bytes:
    held = io.BytesIO()
    np.save(held, array)
    return held.getvalue()


def _npz() -> bytes:
    return zipped({"a.npy": _saved(np.arange(60.0).reshape(12, 5)),
                   "b.npy": _saved(np.array(COLUMNS["region"]))})  # fmt: skip


def _parquet(compression: str) -> bytes:
    held = io.BytesIO()
    parquets.write_table(pa.table(COLUMNS), held, compression=compression, row_group_size=5)
    return held.getvalue()


def _arrow() -> bytes:
    held = io.BytesIO()
    feathers.write_feather(pa.table(COLUMNS), held, compression="uncompressed", chunksize=5)
    return held.getvalue()


def _stata() -> bytes:
    held = io.BytesIO()
    pd.DataFrame(COLUMNS).to_stata(
        held, write_index=False, version=118, convert_strl=["since"],
        time_stamp=dt.datetime(2026, 11, 22),  # noqa: DTZ001 - the format knows no zones
        value_labels={"n": {40: "forty", 47: "more"}},
    )  # fmt: skip
    return held.getvalue()


def _sas_beginning() -> bytes:
    """The first two pages that SAS writes, without what is in them: nothing here writes more."""
    magic = bytes.fromhex("0" * 24 + "c2ea8160b31411cfbd92080009c7318c181f1011")
    head = bytearray(magic + b"\x22\x22\0\x32\x22\1\x02\x32\x31".ljust(256 - 32, b"\0"))
    head[84:92], head[156:164] = b"SAS FILE", b"DATA    "
    struct.pack_into("<II", head, 196, 1024, 4096)
    struct.pack_into("<I", head, 204, 1)
    page = bytearray(4096)
    struct.pack_into("<HHH", page, 16, 0x0000, 3, 3)
    struct.pack_into("<IIBB", page, 24, 4096 - 480, 480, 0, 0)
    struct.pack_into("<I", page, 4096 - 480, 0xF7F7F7F7)
    return bytes(head).ljust(1024, b"\0") + bytes(page)


def _onnx() -> bytes:
    numbers = struct.pack("<12f", *(at / 4 for at in range(12)))
    tensor = message((1, 3), (1, 4), (2, 1), (8, "weights"), (9, numbers))
    node = message((1, "x"), (2, "y"), (4, "TreeEnsembleRegressor"),
                   (5, message((1, "nodes_values"), (7, numbers), (20, 6))))  # fmt: skip
    graph = message((1, node), (2, "graph"), (5, tensor), (11, message((1, "x"))))
    return message((1, 9), (2, "skl2onnx"), (7, graph), (14, message((1, "a"), (2, "b"))))


def _xgboost() -> bytes:
    tree = {"left_children": [1, -1, -1], "right_children": [2, -1, -1],
            "split_conditions": [33.25, 0.1, -0.1], "sum_hessian": [90.0, 40.0, 50.0]}  # fmt: skip
    learner = {"gradient_booster": {"model": {"trees": [tree, tree]}}, "name": "gbtree"}
    return ubj({"learner": learner, "version": [3, 2, 0]})


_LIGHTGBM: Final = (
    b"tree\nversion=v4\nnum_class=1\nfeature_names=age pay\n\nTree=0\nnum_leaves=3\n"
    b"leaf_value=0.25 -1e-3 0.5\nleaf_count=40 12 31\nshrinkage=1\n\nend of trees\n\n"
    b"parameters:\n[boosting: gbdt]\nend of parameters\n"
)


def _safetensors() -> bytes:
    numbers = np.arange(24, dtype="<f4").tobytes()
    head = {"a": {"dtype": "F32", "shape": [4, 3], "data_offsets": [0, 48]},
            "b": {"dtype": "F32", "shape": [12], "data_offsets": [48, 96]}}  # fmt: skip
    said = json.dumps(head).encode()
    return struct.pack("<Q", len(said)) + said + numbers


def _tar(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return held.getvalue()


def _pickles() -> list[bytes]:
    frame = pd.DataFrame(COLUMNS)
    objects: Sequence[Any] = (COLUMNS, frame, {"w": np.arange(30.0).reshape(6, 5), "k": [ROWS]})
    plain = [pickle.dumps(one, protocol) for one in objects for protocol in (2, 5)]
    return [*plain, pickle.dumps(COLUMNS, 0), zlib.compress(plain[-1]), gzipped(plain[2])]


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _inside() -> dict[str, bytes]:
    """What archives hold."""
    return {"a.txt": "\n".join(carriers.PROSE).encode(),
            "tables/b.csv": _carried("csv", "table")[0], "c.png": carriers.png(),
            "d.json": json.dumps(COLUMNS).encode()}  # fmt: skip


def _files(*names: str) -> list[tuple[str, bytes]]:
    return [(Path(name).suffix, (_FRAMES / name).read_bytes()) for name in names]


def _as(suffix: str, contents: Sequence[bytes]) -> list[tuple[str, bytes]]:
    return [(suffix, content) for content in contents]


# By kind: files with the suffixes that they have.
GOOD: Final[dict[str, Callable[[], list[tuple[str, bytes]]]]] = {
    "csv": lambda: [*_as(".csv", _carried("csv", "table", "semicolons")),
                    *_as(".tsv", _carried("tsv", "table"))],
    "text": lambda: [*_as(".txt", _carried("txt", "listing", "base64")),
                     *_as(".md", _carried("md", "table")), *_as(".py", _carried("py", "literal"))],
    "json": lambda: [*_as(".json", _carried("json", "records", "columns", "base64")),
                     (".jsonl", b"\n".join(json.dumps(row).encode() for row in ROWS))],
    "html": lambda: _as(".html", [_page(), *_carried("html", "table", "script", "attribute")]),
    "svg": lambda: _as(".svg", _carried("svg", "marks")),
    "ipynb": lambda: _as(".ipynb", [_notebook(), *_carried("ipynb", "printed", "frame")]),
    "pdf": lambda: _as(".pdf", _carried("pdf", "listing", "marks", "attached")),
    "png": lambda: _as(".png", [carriers.png(), _drawn("PNG"), _drawn("PNG", palette=True)]),
    "jpeg": lambda: _as(".jpg", [_drawn("JPEG"), _drawn("JPEG", progressive=True)]),
    "xlsx": lambda: _as(".xlsx", [*map(_settled, _carried("xlsx", "sheet", "hidden sheet",
                                                          "comment"))]),
    "ods": lambda: _as(".ods", [_ods()]),
    "docx": lambda: _as(".docx", [_docx()]),
    "pickle": lambda: _as(".pkl", _pickles()),
    "npy": lambda: _as(".npy", [_saved(np.arange(60.0).reshape(12, 5)),
                                _saved(np.array(COLUMNS["region"]))]),
    "npz": lambda: _as(".npz", [_npz()]),
    "parquet": lambda: _as(".parquet", [_parquet(form) for form in ("none", "snappy", "zstd")]),
    "feather": lambda: [*_as(".feather", _carried("feather", "frame")), (".arrow", _arrow())],
    "stata": lambda: [*_files("people.dta", "labelled.dta"), (".dta", _stata())],
    "spss": lambda: _files("people.sav", "packed.sav", "noted.sav"),
    "sas": lambda: [*_files("people.xpt"), (".sas7bdat", _sas_beginning())],
    "r": lambda: [*_files("people.rds", "people.RData"),
                  (".rds", gzip.decompress((_FRAMES / "people.rds").read_bytes()))],
    "onnx": lambda: _as(".onnx", [_onnx()]),
    "booster": lambda: [(".ubj", _xgboost()), (".lgb", _LIGHTGBM)],
    "zip": lambda: _as(".zip", [zipped(_inside()), zipped({"a.zip": zipped(_inside())})]),
    "tar": lambda: [(".tar", _tar(_inside())), (".tar.gz", gzipped(_tar(_inside())))],
    "safetensors": lambda: _as(".safetensors", [_safetensors()]),
    "pixels": lambda: [(".png", _drawn("PNG")), (".jpg", _drawn("JPEG"))],
    "acro": lambda: [(".json", (_TESTS / "acro_session" / "results.json").read_bytes())],
}  # fmt: skip
