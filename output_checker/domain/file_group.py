"""Files that belong together, and what people must know to judge them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# The group of files that were sent without one.
UNNAMED_GROUP: Final = "files"


class FileRole(StrEnum):
    """Only outputs leave; the other two are shown to checkers beside them."""

    OUTPUT = "output"
    SUPPORTING = "supporting"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileGroup:
    """A group.

    Attributes:
        context: What its files show, of which data, how they were made.
        controls: What was done so that they tell nothing about a person or a firm.
    """

    name: str = UNNAMED_GROUP
    context: str = ""
    controls: str = ""

    def why_incomplete(self) -> str | None:
        where = "" if self.name == UNNAMED_GROUP else f"{self.name}: "
        if not self.context.strip():
            return f"{where}Say what the files show and how they were made (context)"
        if not self.controls.strip():
            return f"{where}Say what was done to protect people and firms (controls)"
        return None


def kept(before: Iterable[FileGroup], said: Iterable[FileGroup]) -> tuple[FileGroup, ...]:
    """The groups as they are said now; what is not said of one again stays as it was."""
    known = {group.name: group for group in before}
    return tuple(
        FileGroup(
            name=group.name,
            context=group.context or known.get(group.name, group).context,
            controls=group.controls or known.get(group.name, group).controls,
        )
        for group in said
    )
