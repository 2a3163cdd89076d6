"""Word documents as they are printed: changes accepted, nothing beside the text."""

from collections.abc import Mapping
from typing import Final

from output_checker.disclosure.cleaning import charts, markup, packed, pruning
from output_checker.disclosure.cleaning.markup import Node
from output_checker.disclosure.cleaning.office_parts import Edited, Parts, Relation, Sort
from output_checker.disclosure.cleaning.pruning import Pruning
from output_checker.disclosure.cleaning.word_texts import Accepting
from output_checker.disclosure.readers import xml_words
from output_checker.disclosure.readers.docx_papers import hidden_styles
from output_checker.disclosure.readers.refusal import Refusal

_FORM: Final = "application/vnd.openxmlformats-officedocument."
_WORDS: Final = f"{_FORM}wordprocessingml."
_PAPER: Final = f"{_WORDS}document.main+xml"
_SHOWN: Final = frozenset({"hyperlink", "image", "chart"})
_STRANGE: Final = frozenset({"aFChunk", "subDocument", "chartEx", "diagramData", "diagramLayout"})
SORTS: Final = {
    "officeDocument": Sort(
        place="word/document.xml", media=_PAPER, named=_SHOWN | {"header", "footer"},
        always=frozenset({"styles", "numbering", "settings", "fontTable", "theme", "footnotes",
                          "endnotes"}),
        refused=_STRANGE,
    ),
    **{
        kind: Sort(place=f"word/{kind}{{}}.xml", media=f"{_WORDS}{kind}+xml", named=_SHOWN,
                   refused=_STRANGE)
        for kind in ("header", "footer")
    },
    **{
        kind: Sort(place=f"word/{kind}.xml", media=f"{_WORDS}{kind}+xml", named=_SHOWN)
        for kind in ("footnotes", "endnotes", "numbering")
    },
    **{
        kind: Sort(place=f"word/{kind}.xml", media=f"{_WORDS}{kind}+xml")
        for kind in ("styles", "settings", "fontTable")
    },
    "theme": Sort(place="word/theme/theme{}.xml", media=f"{_FORM}theme+xml",
                  named=frozenset({"image"})),
    "chart": Sort(place="word/charts/chart{}.xml", media=f"{_FORM}drawingml.chart+xml",
                  named=frozenset({"image", "hyperlink"})),
    "image": Sort(place="word/media/image{}", media=""),
}  # fmt: skip
_TEXTS: Final = frozenset({"officeDocument", "header", "footer", "footnotes", "endnotes"})
# Of the settings, those that change how the text is printed.
_SETTINGS: Final = frozenset({
    "zoom", "mirrorMargins", "gutterAtTop", "evenAndOddHeaders", "defaultTabStop",
    "autoHyphenation", "consecutiveHyphenLimit", "hyphenationZone", "bookFoldPrinting",
    "characterSpacingControl", "footnotePr", "endnotePr", "compat", "themeFontLang",
    "clrSchemeMapping", "decimalSymbol", "listSeparator", "displayBackgroundShape",
    "noLineBreaksAfter",
    "noLineBreaksBefore", "doNotHyphenateCaps", "bordersDoNotSurroundHeader",
    "bordersDoNotSurroundFooter", "drawingGridHorizontalSpacing", "mathPr",
})  # fmt: skip
_SAYS: Final = frozenset({"t", "instrText", "instr", "descr", "title", "alt", "tooltip"})
_SILENT: Final = frozenset({"rsids", "proofState"})


def clean(data: bytes) -> tuple[bytes, list[str]]:
    """Raises: Refusal, in words."""
    parts = Parts(members=packed.unpacked(data), sorts=SORTS)
    main = parts.main()
    parts.follow(_Paper(parts, main), main)
    content = parts.packed(_PAPER)
    if not packed.is_plain(data):
        parts.taken["bytes of the package beside its members"] += 1
    return content, pruning.told(parts.taken)


class _Paper:
    def __init__(self, parts: Parts, main: str) -> None:
        self._taken = parts.taken
        if main not in parts.members or markup.tree(parts.members[main]).name != "document":
            raise Refusal("this is an Office file, and no document of text")
        hidden = frozenset(name for content in parts.related(main, "styles")
                           for name in hidden_styles(xml_words.tree(content).root))  # fmt: skip
        self._accepting = Accepting(hidden, parts.taken)

    def edit(
        self, kind: str, name: str, content: bytes, relations: Mapping[str, Relation]
    ) -> Edited:
        del name
        pruned = Pruning(relations, self._taken, out=charts.OUT if kind == "chart" else None,
                         says=charts.SAYS if kind == "chart" else _SAYS)  # fmt: skip
        written = pruning.whole(content, pruned, self._taken, lambda root: self._edit(kind, root))
        return Edited(content=written, used=frozenset(pruned.used))

    def _edit(self, kind: str, root: Node) -> None:
        if kind in ("footnotes", "endnotes"):
            self._drop_notes(kind, root)
        if kind in _TEXTS:
            self._accepting.edit(root)
        elif kind == "settings":
            self._drop_settings(root)
        elif kind == "styles":
            for style in root.children:
                style.held = [one for one in style.held
                              if not (isinstance(one, Node) and one.name == "rsid")]  # fmt: skip

    def _drop_notes(self, kind: str, root: Node) -> None:
        """Notes that only deleted text refers to; those with a type are lines between them."""
        name = kind.removesuffix("s")
        notes = root.children
        root.held = [one for one in notes
                     if one.get("type") is not None
                     or f"{name} {one.get('id')}" in self._accepting.notes]  # fmt: skip
        self._taken["notes that no text refers to"] += len(notes) - len(root.held)

    def _drop_settings(self, root: Node) -> None:
        notable = sum(one.name not in _SETTINGS | _SILENT for one in root.children)
        self._taken["settings that do not change what is printed"] += notable
        root.held = [one for one in root.children if one.name in _SETTINGS]
