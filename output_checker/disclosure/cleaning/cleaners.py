"""Which kinds of file `haven clean` knows, and the findings on them that it may settle."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from output_checker.disclosure.model import Finding
from output_checker.disclosure.readers.artefacts import NoteKind

# By kind: the module, loaded when it is needed, and its function.
CLEANERS: Final = {
    "png": ("pictures", "clean_png"), "jpeg": ("pictures", "clean_jpeg"),
    "ipynb": ("notebooks", "clean"), "text": ("texts", "clean"), "csv": ("texts", "clean"),
    "xlsx": ("excel_books", "clean"), "docx": ("word_papers", "clean"),
    "ods": ("open_books", "clean"),
}  # fmt: skip
_PACKAGED: Final = frozenset({"xlsx", "docx", "ods"})
_UNSEEN: Final = frozenset({NoteKind.HIDDEN.value, NoteKind.METADATA.value})
_OF_PACKAGES: Final = frozenset({NoteKind.EXTERNAL.value, NoteKind.CODE.value,
                                 NoteKind.POLYGLOT.value})  # fmt: skip
_COMMAND: Final = "or try `haven clean FILE` and submit the copy"


def naming_the_command(findings: Iterable[Finding], kind: str) -> list[Finding]:
    """The same, with the command in what would mend them, where there is one for the kind."""
    settled: frozenset[str] = frozenset()
    if kind in CLEANERS:
        settled = _UNSEEN | (_OF_PACKAGES if kind in _PACKAGED else frozenset())
    return [replace(one, mend=f"{one.mend}, {_COMMAND}") if one.rule in settled else one
            for one in findings]  # fmt: skip
