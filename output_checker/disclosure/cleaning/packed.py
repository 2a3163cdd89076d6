"""Members of ZIP packages: read with bounds, however they are packed, and written plainly."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from output_checker.disclosure.readers import packages
from output_checker.disclosure.readers.refusal import Refusal

_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    RuntimeError, UnicodeError, ValueError,
)  # fmt: skip
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_WAYS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_DOS: Final = 0


def unpacked(data: bytes) -> dict[str, bytes]:
    """All members by name, bounded before and while they are unpacked. Raises: Refusal."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            listed = package.infolist()
            _require_bounds(listed)
            return {one.filename: package.read(one) for one in listed if not one.is_dir()}
    except _BROKEN:
        raise Refusal("the file is damaged, has a password, or is no office file") from None


def _require_bounds(listed: list[zipfile.ZipInfo]) -> None:
    if len(listed) > packages.MAX_MEMBERS:
        raise Refusal(f"{len(listed)} members; at most {packages.MAX_MEMBERS} can be read")
    if sum(one.file_size for one in listed) > packages.MAX_UNPACKED_BYTES:
        raise Refusal(f"unpacks to more than {packages.MAX_UNPACKED_BYTES >> 20} MB")
    if any(one.flag_bits & _ENCRYPTED for one in listed):
        raise Refusal("the file is encrypted; save it without a password")
    if any(one.compress_type not in _WAYS for one in listed):
        raise Refusal("a member is packed in a way that cannot be read")
    if len({one.filename.casefold() for one in listed}) < len(listed):
        raise Refusal("two members have the same name")


def packed(members: Mapping[str, bytes]) -> bytes:
    """Without times, owners and remarks; in the order given, the first one as it is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for number, (name, content) in enumerate(members.items()):
            # Programs tell OpenDocument files by a first member that is not compressed.
            told = zipfile.ZipInfo(name, _LONG_AGO)
            told.create_system = _DOS
            package.writestr(told, content, _WAYS[0] if number == 0 else _WAYS[1])
    return held.getvalue()


def is_plain(data: bytes) -> bool:
    """Whether nothing lies in the package beside its members."""
    try:
        packages.opened(data)
    except Refusal:
        return False
    return True
