"""Take out of a file what can go without changing what it shows.

The cleaned bytes are a file of their own, and it is they that are checked: nothing here decides
whether a file may leave.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from output_checker.disclosure.cleaning.cleaners import CLEANERS
from output_checker.disclosure.readers import kinds
from output_checker.disclosure.readers.refusal import Refusal

_PACKAGE: Final = "output_checker.disclosure.cleaning"


class CannotClean(Exception):
    """A file that nothing can be taken out of, with the reason in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Attributes: `taken` says in words what was taken out; nothing when it was clean."""

    content: bytes
    taken: tuple[str, ...]


def clean(name: str, content: bytes, *, with_outputs: bool = True) -> Cleaned:
    """Args: with_outputs: Whether notebooks keep what their cells printed and drew.

    Raises: CannotClean, Unreadable for a kind of file that is not known.
    """
    kind = kinds.kind_of(name)
    if kind.name not in CLEANERS:
        can = ", ".join(sorted(one for kind in kinds.KINDS for one in kind.suffixes
                               if kind.name in CLEANERS))  # fmt: skip
        raise CannotClean(f"files of this kind cannot be cleaned; {can} can")
    try:
        cleaned, taken = _cleaner(kind.name, with_outputs=with_outputs)(content)
    except Refusal as refused:
        raise CannotClean(refused.reason) from None
    except (ValueError, LookupError, TypeError, AttributeError, struct.error, RecursionError):
        raise CannotClean("the file is not built as files of its kind are") from None
    return Cleaned(content=cleaned, taken=tuple(taken))


def _cleaner(kind: str, *, with_outputs: bool) -> Callable[[bytes], tuple[bytes, list[str]]]:
    module, function = CLEANERS[kind]
    if kind == "ipynb" and not with_outputs:
        function = "clean_without_outputs"
    cleaner: Callable[[bytes], tuple[bytes, list[str]]] = getattr(
        import_module(f"{_PACKAGE}.{module}"), function
    )
    return cleaner
