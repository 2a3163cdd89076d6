"""ZIP and TAR archives: each file in them by the reader of its kind, and their names as a text."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import kinds, nested, packages
from output_checker.disclosure.readers.artefacts import Document, NoteKind, Part, Text
from output_checker.disclosure.readers.refusal import Refusal

_GZIP: Final = b"\x1f\x8b"
_BLOCK: Final = 512
_EMPTY_BLOCK: Final = b"\0" * _BLOCK


def warm() -> None:
    nested.warm()
    packages.warm()
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:") as made:
        made.addfile(tarfile.TarInfo("a"))
    [*_tarred(held.getvalue())]
    _unpacked(gzip.compress(b"a"))


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    members = _zipped(data) if data.startswith(b"PK") else _tarred(_unpacked(data))
    names, documents = [], []
    for number, (name, content) in enumerate(members, start=1):
        names.append(name)
        documents.append(_read(name, content, f"file {number}"))
    if not names:
        raise Refusal("there is no file in the archive")
    told = Part(artefact=Text(text="\n".join(names)), place="names of files")
    return Document(
        parts=(*(part for one in documents for part in one.parts), told),
        notes=tuple(note for one in documents for note in one.notes),
    )


def _read(name: str, content: bytes, place: str) -> Document:
    try:
        kind = kinds.kind_of(name)
        kinds.require_beginning(kind, content)
    except Unreadable as refused:
        raise Refusal(f"{place}: {refused.reason}", refused.rule) from None
    return nested.read(kind.name, content, place)


def _zipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    package = packages.opened(data)
    for name in package.members:
        yield name, package.read(name)


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    unpacking = zlib.decompressobj(31)
    try:
        whole = unpacking.decompress(data, packages.MAX_UNPACKED_BYTES)
    except zlib.error:
        raise Refusal("the archive cannot be unpacked") from None
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise Refusal("the archive is cut short, or unpacks to more than can be checked")
    if unpacking.unused_data:
        raise Refusal("there is something behind the end of the archive", NoteKind.POLYGLOT)
    return whole


def _tarred(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Plain files only: a link leads elsewhere, and a header can hold more than a name."""
    end = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for number, member in enumerate(archive, start=1):
                if number > packages.MAX_MEMBERS:
                    raise Refusal(f"more than {packages.MAX_MEMBERS} files in one archive")
                held = archive.extractfile(member) if member.isfile() else None
                _require_plain(member, number)
                end = archive.offset
                if held is not None:
                    yield member.name, held.read()
    except (tarfile.TarError, OverflowError, ValueError):
        # Sizes and times that no number of this machine holds are no errors of `tarfile`.
        raise Refusal("the archive is not built as TAR files are") from None
    if data[end:].strip(b"\0"):
        raise Refusal("there is something behind the end of the archive", NoteKind.POLYGLOT)


def _require_plain(member: tarfile.TarInfo, number: int) -> None:
    if not (member.isfile() or member.isdir()) or member.issparse():
        raise Refusal(f"member {number} is neither a file nor a folder", NoteKind.HIDDEN)
    path = PurePath(member.name)
    if path.is_absolute() or ".." in path.parts or not member.name.isprintable():
        raise Refusal(f"the name of member {number} misleads", NoteKind.NAMES)
    if set(member.pax_headers) - {"path", "mtime", "atime", "ctime", "size", "uid", "gid"}:
        raise Refusal(f"member {number} has a header that holds more", NoteKind.HIDDEN)
