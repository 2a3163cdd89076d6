"""The text that LightGBM keeps a model as."""

import re
from typing import Final

from output_checker.disclosure.readers.pickle_machine import Pairs

BEGINS: Final = "tree\nversion="
_TREE: Final = re.compile(r"Tree=\d+")
_END: Final = "end of trees"
_NUMBERS: Final = re.compile(r"-?[\d.]+(?:e[-+]?\d+)?(?: -?[\d.]+(?:e[-+]?\d+)?)*", re.IGNORECASE)


def parse(text: str) -> Pairs:
    """Each tree by the names of its lines; everything else as the text that it is."""
    trees: list[Pairs] = []
    rest: list[str] = []
    is_tree = False
    # Without its first line, by which a text is known to be such a model.
    for line in text.splitlines()[1:]:
        name, sign, value = line.partition("=")
        if _TREE.fullmatch(line):
            is_tree = True
            trees.append(Pairs())
        elif line == _END:
            is_tree = False
        elif is_tree and sign and _NUMBERS.fullmatch(value):
            trees[-1].pairs.append((name, value.split(" ")))
        elif line:
            rest.append(line)
    return Pairs([("trees", trees), ("", "\n".join(rest))])
