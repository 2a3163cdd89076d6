"""What goes out of every tree: what programs say to themselves, and what leads to nothing kept."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

from output_checker.disclosure.cleaning import markup
from output_checker.disclosure.cleaning.markup import Node
from output_checker.disclosure.cleaning.office_parts import Relation
from output_checker.disclosure.readers.office_packages import is_telling

EXTENSIONS: Final = "extensions that older programs do not show"
ASIDES: Final = "remarks and names that no program shows"
FORMULAS: Final = "formulas, whose values stay"
HIDDEN: Final = "cells of hidden rows and columns"
TELLING: Final = "words among the settings"
# Elements that show something even where what they refer to is gone.
_STAYS: Final = frozenset({"hyperlink", "blip", "pageSetup", "imagedata"})


class Pruning:
    """Attributes: `used` are the relations that what was kept names.

    Args:
        may: Relations that may be named, by their names; they get those that they have in the copy.
        out: Names of elements that go out, and what they are called when it is told.
        says: Attributes and elements that may say anything, since they are shown.
    """

    def __init__(
        self,
        may: Mapping[str, Relation],
        taken: Counter[str],
        *,
        out: dict[str, str] | None = None,
        says: Collection[str] = (),
    ) -> None:
        self.used: set[str] = set()
        self._may = may
        self._taken = taken
        self._out = out or {}
        self._says = says

    def keeps(self, node: Node) -> bool:
        """Whether an element stays; what it says and holds is pruned."""
        if node.name == "extLst":
            self._taken[EXTENSIONS] += bool(node.held)
            return False
        if node.name in self._out:
            self._taken[self._out[node.name]] += 1
            return False
        if not self._refers(node) or not self._is_understood(node):
            return False
        for key, value in [*node.given.items()]:
            if markup.local(key) not in self._says and is_telling(value.strip(), markup.local(key)):
                del node.given[key]
                self._taken[TELLING] += 1
        self._prune(node)
        return True

    def _prune(self, node: Node) -> None:
        kept: list[Node | str] = []
        for one in node.held:
            if isinstance(one, Node):
                if self.keeps(one):
                    kept.append(one)
            elif node.name in self._says or not is_telling(one.strip()):
                kept.append(one)
            else:
                self._taken[TELLING] += 1
        node.held = kept

    def _refers(self, node: Node) -> bool:
        for key in node.refers:
            if (said := node.given[key]) in self._may:
                self.used.add(said)
                node.given[key] = self._may[said].new
            elif node.name in _STAYS:
                del node.given[key]
            else:
                return False
        # Under its new name it would be taken for another one.
        node.refers = ()
        return True

    def _is_understood(self, node: Node) -> bool:
        """No alternative may need a vocabulary that was left out."""
        needs = node.get("Requires")
        return needs is None or bool(needs.strip())


def whole(content: bytes, pruning: Pruning, taken: Counter[str],
          edit: Callable[[Node], None] = lambda _: None) -> bytes:  # fmt: skip
    """A part that is edited, pruned and written as a tree."""
    held = _Tree(pruning, edit)
    written, asides = markup.rewritten(content, held)
    taken[ASIDES] += asides
    return written


class _Tree:
    def __init__(self, pruning: Pruning, edit: Callable[[Node], None]) -> None:
        self._pruning = pruning
        self._edit = edit

    def begin(self, _node: Node) -> markup.Step:
        return markup.Step.WHOLE

    def whole(self, node: Node) -> list[Node]:
        self._edit(node)
        self._pruning.keeps(node)
        return [node]

    def end(self, name: str) -> None: ...


def told(taken: Counter[str]) -> list[str]:
    return [f"{count} {what}" for what, count in taken.items() if count]
