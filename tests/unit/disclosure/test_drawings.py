"""Vector drawings: points read back as values, and what a drawing carries unseen."""

from math import isclose

import pytest

from output_checker.disclosure.leaks.figures import axis, tables
from output_checker.disclosure.readers import svg_drawings
from output_checker.disclosure.readers.artefacts import Figure, Text, Tick
from output_checker.disclosure.readers.drawn import Matrix, path, transform
from output_checker.disclosure.readers.refusal import Refusal
from tests.unit.disclosure.conftest import rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
HEAD += 'width="600" height="400">'


def place(age, pay):
    """Where a drawing of 600 by 400 puts a person."""
    return 50 + age * 5, 380 - pay * 0.004


def axes():
    """Strokes with labels a little below or beside them."""
    for age in (0, 20, 40, 60, 80):
        x, _ = place(age, 0)
        yield f'<line x1="{x}" y1="380" x2="{x}" y2="385"/>'
        yield f'<text x="{x}" y="395" text-anchor="middle">{age}</text>'
    for pay in (0, 20_000, 40_000, 60_000, 80_000):
        _, y = place(0, pay)
        yield f'<line x1="45" y1="{y}" x2="50" y2="{y}"/>'
        yield f'<text x="40" y="{y + 4}" text-anchor="end">{pay}</text>'


def drawing(*inside):
    return "\n".join([HEAD, *axes(), *inside, "</svg>"])


def circles(people):
    for _, _, _, age, pay in people:
        x, y = place(age, pay)
        yield f'<circle cx="{x:.6f}" cy="{y:.6f}" r="2"/>'


def moved(people):
    for _, _, _, age, pay in people:
        x, y = place(age, pay)
        yield f'<g transform="translate({x:.6f},{y:.6f})">'
        yield '<path d="M3,0A3,3,0,1,1,-3,0A3,3,0,1,1,3,0Z"/></g>'


def used(people):
    yield '<defs><path id="m" d="M0 1C1 1 1 0 0 0z"/></defs>'
    for _, _, _, age, pay in people:
        x, y = place(age, pay)
        yield f'<use xlink:href="#m" x="{x:.6f}" y="{y:.6f}"/>'


def joined(people):
    points = " L ".join("{:.6f} {:.6f}".format(*place(age, pay)) for *_, age, pay in people)
    yield f'<path d="M {points}" fill="none"/>'


@pytest.mark.parametrize("form", [circles, moved, used, joined])
def test_points_are_read_back_as_the_values_that_were_drawn(people, form):
    shown = people[1][:30]

    document = svg_drawings.read(drawing(*form(shown)).encode())

    figures = [part.artefact for part in document.parts if isinstance(part.artefact, Figure)]
    wanted = [(str(age), f"{pay:.2f}".rstrip("0").rstrip(".")) for *_, age, pay in shown]
    found = [[*table.rows] for figure in figures for table in tables(figure)]
    assert wanted in found


@pytest.mark.parametrize("form", [circles, joined])
def test_people_drawn_one_by_one_are_found(judge, people, form):
    assert "verbatim-rows" in rules(judge(drawing(*form(people[1][:60])), "plot.svg"))


def test_a_drawing_of_totals_is_for_a_person_to_look_at(judge):
    bars = [f'<rect x="{100 + 60 * at}" y="{300 - 20 * at}" width="40" height="{80 + 20 * at}"/>'
            for at in range(5)]  # fmt: skip

    assert rules(judge(drawing(*bars), "bars.svg")) == set()


def test_words_on_a_drawing_are_read():
    document = svg_drawings.read(drawing("<title>Pay</title>", "<!-- drawn -->").encode())

    [text] = [part.artefact.text for part in document.parts if isinstance(part.artefact, Text)]
    assert {"Pay", "drawn", "20000"} <= set(text.splitlines())


CARRIED = {
    "a script": ("<script>go()</script>", "code"),
    "a script of an element": ('<rect width="1" height="1" onclick="go()"/>', "code"),
    "something fetched": ('<image href="https://example.org/a.png"/>', "external-link"),
    "something embedded": ('<image href="data:text/plain;base64,QUJD"/>', "hidden-part"),
    "words not drawn": ('<text style="display:none" x="1" y="1">a</text>', "hidden-part"),
    "words that are not opaque": ('<text opacity="0.0" x="1" y="1">a</text>', "hidden-part"),
    "words of no fill": ('<g style="fill:none"><text x="1" y="1">a</text></g>', "hidden-part"),
    "words that shine through": ('<text fill-opacity="0" x="1" y="1">a</text>', "hidden-part"),
    "words of no size": ('<text style="font: 0px serif" x="1" y="1">a</text>', "hidden-part"),
    "a line that shines through": (
        '<path d="M1 1L2 2" style="fill:none;stroke:#000;stroke-opacity:0"/>',
        "hidden-part",
    ),
    "a class that hides": ("<style>.a{display:none}</style>", "hidden-part"),
    "a class of no paint": ("<style>.a{fill:none}</style>", "hidden-part"),
    "a class that shines through": ("<style>.a{opacity:0%}</style>", "hidden-part"),
    "a mask by a class": ("<style>.a{mask:url(#b)}</style>", "hidden-part"),
    "a move by a style": ('<g style="transform:translate(999px)"/>', "hidden-part"),
    "what is computed": ('<g style="opacity:calc(1 - 1)"/>', "hidden-part"),
    "a computed attribute": ('<g opacity="calc(0)"/>', "hidden-part"),
    "a name of one's own": ('<g style="--kept:1"/>', "hidden-part"),
    "a style for print": ("<style>@media print{.a{fill:red}}</style>", "hidden-part"),
    "a style for some screens": ('<style media="print">.a{fill:red}</style>', "hidden-part"),
    "a remark in a style": ("<style>/* a */</style>", "hidden-part"),
    "a letter by its number": ('<g style="fill:\\75rl(http://example.org)"/>', "hidden-part"),
    "a bracket in a name": ("<style>.a{font-family:'}'}</style>", "hidden-part"),
    "a style without end": (f"<style>{'a ' * 200_000}</style>", "hidden-part"),
    "an open style": ("<style>.a{fill:red</style>", "hidden-part"),
    "a style for what is said": ("<style>.a[id^=b]{fill:red}</style>", "hidden-part"),
    "an animation": ('<set attributeName="display" to="none"/>', "hidden-part"),
    "a movement": ('<animate attributeName="x" to="9"/>', "hidden-part"),
    "a style fetched": ("<style>@import 'https://example.org/a.css'</style>", "external-link"),
    "a font fetched": (
        "<style>@font-face{src:url(https://example.org/a)}</style>",
        "external-link",
    ),
    "paint fetched": ('<g style="fill:URL( https://example.org/a)"/>', "external-link"),
    "a filter fetched": ('<g filter="url(https://example.org/a)"/>', "external-link"),
    "an instruction": ('<?xml-stylesheet href="https://example.org/a.css"?>', "external-link"),
    "a page": ("<foreignObject><p>a</p></foreignObject>", "hidden-part"),
}


@pytest.mark.parametrize("what", CARRIED)
def test_what_a_drawing_carries_is_said(judge, what):
    inside, rule = CARRIED[what]

    assert rule in rules(judge(drawing(inside), "plot.svg"))


# As matplotlib, svglite, cairo, plotly and Vega write them.
PLAIN = {
    "matplotlib": '<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}'
    "</style></defs><g style=\"font-size: 10px; font-family: 'DejaVu Sans', sans-serif; "
    'text-anchor: middle"><text style="font: 10px sans-serif">a</text></g>'
    '<path clip-path="url(#p)" style="fill: url(#h); opacity: 0.5; stroke-dasharray: 3.7,1.6"/>',
    "svglite": "<style type='text/css'><![CDATA[ .svglite line, .svglite path { fill: none; "
    "stroke: #000000; stroke-miterlimit: 10.00; } .svglite text { white-space: pre; } "
    ".svglite g.glyphgroup path { fill: inherit; stroke: none; } ]]></style>"
    "<rect width='100%' height='100%' style='stroke: none; fill: none;'/><text "
    "style='font-size: 8.80px; fill: #4D4D4D; font-family: \"Liberation Sans\";'>a</text>",
    "cairo": '<symbol overflow="visible" id="g"/><rect fill="rgb(100%, 100%, 100%)" '
    'fill-opacity="1" style="fill-rule:nonzero;stroke:none;"/>',
    "plotly": '<rect style="stroke: rgb(68, 68, 68); stroke-opacity: 0; stroke-width: 0px; '
    'fill: rgb(255, 255, 255); fill-opacity: 1; pointer-events: all"/>',
    "vega": '<g fill="none" stroke-miterlimit="10"><text fill="#000" opacity="1">a</text></g>',
}


@pytest.mark.parametrize("program", PLAIN)
def test_the_styles_that_plotting_programs_write_are_no_harm(program):
    assert svg_drawings.read(drawing(PLAIN[program]).encode()).notes == ()


def test_words_in_styles_are_read():
    inside = "<style>.ann_of_york{fill:red}</style><g style='font-family:\"Ben of York\"'/>"
    inside += "<g style='fill: cat-of-leeds; stroke: rgb(1, 2, 3); stroke-width: 0.8px'/>"
    document = svg_drawings.read(drawing(inside).encode())

    [text] = [part.artefact.text for part in document.parts if isinstance(part.artefact, Text)]
    assert "ann_of_york" in text
    assert "Ben of York" in text
    assert "cat-of-leeds" in text
    assert "0.8" not in text


def test_rows_in_a_style_are_found(judge, people):
    said = "\n".join("  ".join(map(str, row[1:])) for row in people[1][20:28])

    assert "verbatim-rows" in rules(judge(drawing(f"<style>\n{said}\n</style>"), "plot.svg"))


@pytest.mark.parametrize(
    ("text", "words"),
    [("<svg", "not XML"), ("<html></html>", "no drawing"),
     ('<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "entities")],
)  # fmt: skip
def test_what_is_no_plain_drawing_is_refused(text, words):
    with pytest.raises(Refusal, match=words):
        svg_drawings.read(text.encode())


def test_the_document_type_that_plotting_programs_write_is_no_harm():
    kind = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'

    assert svg_drawings.read((kind + drawing()).encode()).parts


@pytest.mark.parametrize(
    ("text", "points"),
    [("M1 2L3 4", [(1, 2), (3, 4)]), ("m1,2 3,4", [(1, 2), (4, 6)]),
     ("M0 0H5V6h-1v-1", [(0, 0), (5, 0), (5, 6), (4, 6), (4, 5)]),
     ("M0,0C1,1,2,2,3,3S1,1,5,5", [(0, 0), (3, 3), (5, 5)]),
     ("M1 1L2 2ZL5 5", [(1, 1), (2, 2), (5, 5)]), ("M1", []), ("1 2", []), ("M1 1 Z 3", [(1, 1)])],
)  # fmt: skip
def test_a_path_goes_through_points(text, points):
    assert path(text) == points


@pytest.mark.parametrize(
    ("text", "at"),
    [("translate(1,2)", (4, 6)), ("scale(2)", (6, 8)), ("translate(1) scale(2 3)", (7, 12)),
     ("matrix(1 0 0 -1 0 10)", (3, 6)), ("rotate(90)", (-4, 3)), ("skewX(1)", (3, 4))],
)  # fmt: skip
def test_transforms_move_points(text, at):
    found = transform(text).at(3, 4)

    assert all(isclose(one, other, abs_tol=1e-9) for one, other in zip(found, at, strict=True))
    assert Matrix().then(transform(text)).at(3, 4) == found


def test_a_scale_that_is_not_straight_is_none():
    ticks = [Tick(at=at, label=label) for at, label in ((0, "1"), (10, "10"), (20, "100"))]

    assert axis(ticks) is None
    assert axis(ticks[:1]) is None
    assert axis([Tick(at=0, label="a"), Tick(at=1, label="b")]) is None


def test_rows_in_a_comment_are_found_line_by_line(judge, people):
    said = "\n".join("  ".join(map(str, row[1:])) for row in people[1][20:28])

    assert "verbatim-rows" in rules(judge(drawing(f"<!--\n{said}\n-->"), "plot.svg"))
