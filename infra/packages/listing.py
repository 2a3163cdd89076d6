"""The list of packages: which may be installed in workspaces, which were refused, which lie here.

Values only; `store.py` reads and writes them. The mirror answers from this list and nothing else.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from infra.packages.names import satisfies


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A package that may be installed.

    Attributes:
        versions: The range, as pip writes one; empty: every version.
        note: What was looked at when it was allowed: known vulnerabilities, who maintains it.
    """

    versions: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A file in the store, with what was read when it was imported."""

    file_name: str
    package: str
    version: str
    sha256: str
    size_bytes: int
    requires_python: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The whole list.

    Attributes:
        allowed: By name.
        refused: Name -> why, for the people who ask for it.
        wheels: By file name, also those of packages that are not allowed.
    """

    allowed: Mapping[str, Allowed] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    wheels: Mapping[str, Wheel] = field(default_factory=dict)

    def is_served(self, wheel: Wheel) -> bool:
        allowed = self.allowed.get(wheel.package)
        return allowed is not None and satisfies(wheel.version, allowed.versions)

    def served(self, package: str) -> list[Wheel]:
        """The files of a package that may be installed, by their names."""
        found = (one for one in self.wheels.values() if one.package == package)
        return sorted(filter(self.is_served, found), key=lambda one: one.file_name)

    def with_allowed(self, package: str, allowed: Allowed) -> "Listing":
        refused = {name: why for name, why in self.refused.items() if name != package}
        return replace(self, allowed={**self.allowed, package: allowed}, refused=refused)

    def with_refused(self, package: str, why: str) -> "Listing":
        allowed = {name: one for name, one in self.allowed.items() if name != package}
        return replace(self, allowed=allowed, refused={**self.refused, package: why})

    def with_wheels(self, *wheels: Wheel) -> "Listing":
        added = {one.file_name: one for one in wheels}
        return replace(self, wheels={**self.wheels, **added})


def to_json(listing: Listing) -> str:
    return json.dumps(asdict(listing), indent=1, sort_keys=True) + "\n"


def from_json(text: str) -> Listing:
    """Read what `to_json` wrote.

    Raises:
        ValueError: It is something else.
    """
    try:
        read: dict[str, Any] = json.loads(text)
        return Listing(
            allowed={name: Allowed(**one) for name, one in read["allowed"].items()},
            refused={name: str(why) for name, why in read["refused"].items()},
            wheels={name: Wheel(**one) for name, one in read["wheels"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a list of packages") from error
