"""Archives of other files."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from benchmarks.leaks import frames, office
from benchmarks.leaks.made import Row
from benchmarks.leaks.shapes import PROSE, frame_columns, lines


def zipped(files: Mapping[str, bytes], comment: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def tar(files: Mapping[str, bytes], said: str = "") -> bytes:
    """Args: `said` is kept beside the first file."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.pax_headers = {"comment": said} if said else {}
            archive.addfile(member, io.BytesIO(content))
    return held.getvalue()


def _beside(name: str, content: bytes) -> dict[str, bytes]:
    return {"a.txt": PROSE[0].encode(), name: content}


def _csv(header: Row, rows: Sequence[Row]) -> dict[str, bytes]:
    return _beside("b.csv", lines(header, rows, ",").encode())


ARCHIVES: Final[dict[tuple[str, str], Callable[[Row, Sequence[Row]], bytes]]] = {
    ("zip", "file"): lambda h, r: zipped(_csv(h, r)),
    ("zip", "zip"): lambda h, r: zipped({"a.zip": zipped(_csv(h, r))}),
    ("zip", "zip in zip"): lambda h, r: zipped({"a.zip": zipped({"b.zip": zipped(_csv(h, r))})}),
    ("zip", "book"): lambda h, r: zipped(_beside("b.xlsx", office.book(h, r))),
    ("zip", "frame"): lambda h, r: zipped(
        _beside("b.parquet", frames.parquet(frame_columns(h, r)))),
    ("zip", "remark"): lambda h, r: zipped(
        {"a.txt": PROSE[0].encode()}, lines(h, r, ",").encode()[:60_000]),
    ("tar", "file"): lambda h, r: tar(_csv(h, r)),
    ("tar", "remark"): lambda h, r: tar({"a.txt": PROSE[0].encode()}, lines(h, r, ",")),
    ("tar.gz", "file"): lambda h, r: gzip.compress(tar(_csv(h, r)), mtime=0),
}  # fmt: skip
