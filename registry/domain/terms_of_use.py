"""The terms under which people use the installation, and what a version may look like."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registry.domain.errors import NotValid

LONGEST_TEXT: Final = 100_000
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsOfUse:
    """A version and its plain text; paragraphs are apart by empty lines.

    Raises:
        NotValid: No version, or no text, or too long a one.
    """

    version: str
    text: str
    published_at: datetime

    def __post_init__(self) -> None:
        if not _VERSION.fullmatch(self.version):
            raise NotValid("A version is 1 to 32 letters, digits, dots and hyphens.")
        if not self.text.strip() or len(self.text) > LONGEST_TEXT or "\0" in self.text:
            raise NotValid(f"The terms are a text of at most {LONGEST_TEXT} letters.")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(" ".join(one.split()) for one in re.split(r"\n\s*\n", self.text.strip()))
