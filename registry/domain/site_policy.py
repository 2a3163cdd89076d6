"""A disclosure policy that a site adds to those that ship."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePolicy:
    """What a name asks for, once and for all: another asks for another name.

    Attributes:
        document: What it extends and its settings, as JSON with sorted keys.
    """

    name: str
    document: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()
