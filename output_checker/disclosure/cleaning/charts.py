"""Charts by themselves: the points that they draw stay, what those were taken from goes."""

from collections.abc import Callable
from typing import Final

from output_checker.disclosure.cleaning.markup import Node
from output_checker.disclosure.readers.refusal import Refusal

OUT: Final = {
    "externalData": "books behind charts", "userShapes": "drawings on charts",
    "pivotSource": "parts of pivot tables and the data behind them",
    "pivotFmts": "parts of pivot tables and the data behind them",
}  # fmt: skip
SAYS: Final = frozenset({"v", "t", "f", "name", "descr", "title", "oddHeader", "oddFooter"})
NO_POINTS: Final = (
    "a chart is drawn from cells that nobody sees, and keeps no points of its own; "
    "put a picture in its place"
)
_REFERS: Final = ("numRef", "strRef", "multiLvlStrRef")
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"


def settle(root: Node, stays: Callable[[str], bool]) -> int:
    """Points in place of references that may not stay; how many there were.

    Raises: Refusal, for a chart that keeps no points of its own, or keeps them in levels.
    """
    return _settle(root, "", stays)


def _settle(node: Node, above: str, stays: Callable[[str], bool]) -> int:
    count = 0
    for at, one in enumerate(node.held):
        if not isinstance(one, Node):
            continue
        if one.name in _REFERS:
            source = one.first("f")
            if source is not None and stays(source.text):
                continue
            node.held[at] = _points(one, node.name, above)
            count += 1
        else:
            count += _settle(one, node.name, stays)
    return count


def _points(one: Node, parent: str, above: str) -> Node:
    cache = one.first("numCache") or one.first("strCache")
    if cache is None:
        raise Refusal(NO_POINTS)
    if parent != "tx":
        name = one.name.replace("Ref", "Lit")
        return Node(name, one.written.replace(one.name, name), {}, held=cache.held)
    text = " ".join(point.text.strip() for point in cache.all("pt"))
    if above == "ser":
        return Node("v", one.written.replace(one.name, "v"), {}, held=[text])
    return _rich(one.written.replace(one.name, "rich"), text)


def _rich(written: str, text: str) -> Node:
    letters = Node("t", "a:t", {}, held=[text])
    run = Node("r", "a:r", {}, held=[letters])
    lines: list[Node | str] = [Node("bodyPr", "a:bodyPr", {}),
                               Node("p", "a:p", {}, held=[run])]  # fmt: skip
    return Node("rich", written, {}, spaces={"a": _DRAWING}, held=lines)
