"""Labels of a source that a table shows as one: `south or east` for those of both."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.labels import canonical, is_margin_word

MOST_LETTERS: Final = 200
MAX_MEMBERS: Final = 1_000
_FEWEST_MEMBERS: Final = 2
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Attributes: `members` are labels of the source, each in its one spelling."""

    label: str
    members: tuple[str, ...]

    @property
    def is_plainly_named(self) -> bool:
        """Whether every number in its name is one of its labels', and it is no long text."""
        known = {number for label in self.members for number in _NUMBER.findall(label)}
        return len(self.label) <= MOST_LETTERS and known.issuperset(_NUMBER.findall(self.label))


def grouped(label: str | None, groups: Sequence[Group]) -> str | None:
    """What a table calls a label of the source."""
    return next((one.label for one in groups if label in one.members), label)


def checked(
    column: str, wanted: Mapping[str, Sequence[str]], known: Collection[str | None]
) -> tuple[Group, ...]:
    """Groups as a spec gives them, against the labels of their column.

    Raises: BadSpec, for a name that could be taken for something else, a group of one label, which
        would only be another name for it, a label that is in two groups, and one that the column
        does not have.
    """
    found = tuple(
        Group(label=name, members=tuple(_spelled(column, label) for label in labels))
        for name, labels in wanted.items()
    )
    for one in found:
        if canonical(one.label) != one.label or is_margin_word(one.label) or one.label in known:
            raise BadSpec(f"groups of {column!r}: a name is taken for a label, total or number")
        if len(set(one.members)) < _FEWEST_MEMBERS:
            raise BadSpec(f"groups of {column!r}: a group takes two labels or more together")
    members = [label for one in found for label in one.members]
    if len(members) > MAX_MEMBERS:
        raise BadSpec(f"groups of {column!r}: more than {MAX_MEMBERS} labels")
    if len(set(members)) < len(members):
        raise BadSpec(f"groups of {column!r}: a label is in two of them")
    if unknown := len(set(members) - set(known)):
        raise BadSpec(f"groups of {column!r}: the source does not have {unknown} of the labels")
    return found


def _spelled(column: str, label: str) -> str:
    found = canonical(label)
    if found is None:
        raise BadSpec(f"groups of {column!r}: rows without a label are in no group")
    return found
