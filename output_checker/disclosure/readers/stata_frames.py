"""Frames of Stata."""

from output_checker.disclosure.readers import statistical_frames
from output_checker.disclosure.readers.artefacts import Document


def warm() -> None:
    statistical_frames.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    import pyreadstat

    return statistical_frames.read(pyreadstat.read_dta, data)
