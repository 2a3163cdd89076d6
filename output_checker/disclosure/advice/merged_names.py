"""What merged labels are called: `25-44` for neighbouring bands, `south or east`, `other`."""

from collections.abc import Collection, Sequence
from typing import Final

from output_checker.disclosure.evidence.bands import joined_label
from output_checker.disclosure.evidence.groups import Group
from output_checker.disclosure.evidence.labels import canonical, is_margin_word
from output_checker.disclosure.evidence.numbers import number

_MOST_NAMED: Final = 3
_LONGEST: Final = 40
_REST: Final = ("other", "others", "other labels", "all other labels")


def neighbours_name(labels: Sequence[str], taken: Collection[str | None]) -> str | None:
    """Of bands or numbers in their order; None where no name is free."""
    found = joined_label(labels[0], labels[-1])
    if found is None and all(number(one) is not None for one in labels):
        found = f"{labels[0]} to {labels[-1]}"
    return _free([*([found] if found else []), " or ".join(labels)], labels, taken)


def rest_name(labels: Sequence[str], taken: Collection[str | None]) -> str | None:
    """Of labels without an order; None where no name is free."""
    named = " or ".join(labels)
    is_short = len(labels) <= _MOST_NAMED and len(named) <= _LONGEST
    return _free([named, *_REST] if is_short else _REST, labels, taken)


def _free(names: Sequence[str], labels: Sequence[str], taken: Collection[str | None]) -> str | None:
    for name in names:
        is_plain = Group(label=name, members=tuple(labels)).is_plainly_named
        is_label = canonical(name) == name and not is_margin_word(name)
        if is_plain and is_label and name not in taken:
            return name
    return None
