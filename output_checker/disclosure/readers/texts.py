"""Bytes to text, as the programs that open the file would show it."""

import codecs
from typing import Final

from output_checker.disclosure.readers.refusal import Refusal

MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def warm() -> None:
    """Load what decoding takes from the disk: a codec's module is opened on first use."""
    for name in ("utf-8-sig", "utf-16", "cp1252"):
        codecs.lookup(name)


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and what a person should know of how it was read; "" when nothing.

    Raises: Refusal, for bytes that are no text.
    """
    if not data or data.isspace():
        raise Refusal("the file is empty")
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding), ""
    if (at := data.find(b"\0")) >= 0:
        raise Refusal(f"byte {at} is NUL, which no text holds")
    try:
        return data.decode(), ""
    except UnicodeDecodeError as error:
        said = f"byte {error.start} is not UTF-8, so the text was read as Windows-1252"
        return data.decode("cp1252", errors="replace"), said


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal(f"byte {error.start} is not {encoding.removesuffix('-sig')} text") from None
    if "\0" in text:
        raise Refusal("the text holds NUL, which no text does")
    return text
