"""Which files can be read, by what they are called and how they begin."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers.artefacts import NoteKind

_PACKAGE: Final = "output_checker.disclosure.readers"
_ZIP: Final = b"PK\x03\x04"
# Of a file, unless its kind is read more quickly than others.
_MOST_BYTES: Final = 16 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One format.

    Attributes:
        name: As policies call it.
        suffixes: Of file names, in lower case.
        module: Of this package: has `read(data) -> Document`, and may have `warm()`, which loads
            whatever reading needs from the disk.
        media: What browsers call it, of a picture that they show as it is.
        begins: With one of these bytes every such file begins; empty where the format has none.
        most_bytes: Of a file that can be checked.
    """

    name: str
    suffixes: tuple[str, ...]
    module: str
    media: str = ""
    begins: tuple[bytes, ...] = ()
    most_bytes: int = _MOST_BYTES

    @property
    def path(self) -> str:
        return f"{_PACKAGE}.{self.module}"


KINDS: Final = (
    Kind(name="csv", suffixes=(".csv", ".tsv"), module="csv_tables", most_bytes=4 * _MOST_BYTES),
    Kind(
        name="text",
        suffixes=(".txt", ".md", ".log", ".py", ".r", ".do", ".sql", ".tex", ".rst"),
        module="plain_text",
    ),
    Kind(name="json", suffixes=(".json", ".jsonl", ".ndjson"), module="json_data"),
    Kind(name="html", suffixes=(".html", ".htm"), module="web_pages"),
    Kind(name="svg", suffixes=(".svg",), module="svg_drawings", media="image/svg+xml"),
    Kind(name="pdf", suffixes=(".pdf",), module="pdf_papers", begins=(b"%PDF-",)),
    Kind(name="ipynb", suffixes=(".ipynb",), module="notebooks"),
    Kind(
        name="png",
        suffixes=(".png",),
        module="png_pictures",
        media="image/png",
        begins=(b"\x89PNG\r\n\x1a\n",),
    ),
    Kind(
        name="jpeg",
        suffixes=(".jpg", ".jpeg"),
        module="jpeg_pictures",
        media="image/jpeg",
        begins=(b"\xff\xd8\xff",),
    ),
    Kind(name="xlsx", suffixes=(".xlsx", ".xlsm"), module="xlsx_books", begins=(_ZIP,)),
    Kind(name="ods", suffixes=(".ods",), module="ods_books", begins=(_ZIP,)),
    Kind(name="docx", suffixes=(".docx",), module="docx_papers", begins=(_ZIP,)),
    Kind(name="pickle", suffixes=(".pkl", ".pickle", ".joblib"), module="pickles"),
    Kind(name="npy", suffixes=(".npy",), module="npz_arrays", begins=(b"\x93NUMPY",)),
    Kind(
        name="npz", suffixes=(".npz",), module="npz_arrays", begins=(b"PK\x03\x04", b"PK\x05\x06")
    ),
    Kind(name="parquet", suffixes=(".parquet",), module="arrow_frames", begins=(b"PAR1",)),
    Kind(
        name="feather", suffixes=(".feather", ".arrow"), module="arrow_frames", begins=(b"ARROW1",)
    ),
    Kind(name="stata", suffixes=(".dta",), module="stata_frames"),
    Kind(name="spss", suffixes=(".sav", ".zsav"), module="spss_frames", begins=(b"$FL2", b"$FL3")),
    Kind(name="sas", suffixes=(".sas7bdat", ".xpt"), module="sas_frames"),
    Kind(name="r", suffixes=(".rds", ".rdata", ".rda"), module="r_frames"),
    Kind(name="onnx", suffixes=(".onnx",), module="onnx_models"),
    Kind(name="booster", suffixes=(".ubj", ".lgb"), module="boosters"),
    Kind(name="zip", suffixes=(".zip",), module="archives", begins=(_ZIP,)),
    Kind(name="tar", suffixes=(".tar", ".tar.gz", ".tgz"), module="archives"),
    Kind(name="safetensors", suffixes=(".safetensors",), module="safetensors_arrays"),
)
# Read otherwise than outputs are: files that come with them, and pictures to be compared.
RECORDS: Final = (
    Kind(name="acro", suffixes=(), module="acro_records"),
    Kind(name="pixels", suffixes=(), module="pixels"),
)
MAX_FILE_BYTES: Final = max(kind.most_bytes for kind in KINDS)
BY_NAME: Final = {kind.name: kind for kind in (*KINDS, *RECORDS)}


def kind_of(name: str) -> Kind:
    """Raises: Unreadable, naming the kinds that can be read."""
    whole = PurePath(name).name.lower()
    for kind in KINDS:
        # A name that is nothing but a suffix has none.
        if whole.endswith(kind.suffixes) and whole not in kind.suffixes:
            return kind
    allowed = ", ".join(sorted(suffix for kind in KINDS for suffix in kind.suffixes))
    raise Unreadable(
        f"files of this kind cannot be checked; allowed are {allowed}", rule="file-type"
    )


def require_beginning(kind: Kind, data: bytes) -> None:
    """Raises: Unreadable, for bytes that begin as another format does."""
    if kind.begins and not data.startswith(kind.begins):
        raise Unreadable(f"the file does not begin as {kind.suffixes[0]} files do")
    for other in KINDS:
        if other.begins and not kind.begins and data.startswith(other.begins):
            reason = f"the file is named {kind.suffixes[0]} and begins as {other.suffixes[0]} does"
            raise Unreadable(reason, rule=NoteKind.POLYGLOT)
