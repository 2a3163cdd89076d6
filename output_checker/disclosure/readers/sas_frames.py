"""Frames of SAS, of its own and for transport."""

from typing import Final

from output_checker.disclosure.readers import statistical_frames
from output_checker.disclosure.readers.artefacts import Document

_TRANSPORT: Final = b"HEADER RECORD*******LIB"


def warm() -> None:
    statistical_frames.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    import pyreadstat

    is_transport = data.startswith(_TRANSPORT)
    form = pyreadstat.read_xport if is_transport else pyreadstat.read_sas7bdat
    return statistical_frames.read(form, data)
