"""PDF: what pages show, what they hide, and what lies in a file beside them."""

import zlib
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from output_checker.application import pictures
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.leaks.figures import tables
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers import pdf_papers, pdf_rendering, sandbox, svg_drawings
from output_checker.disclosure.readers.artefacts import Figure, Image, Text
from output_checker.disclosure.readers.refusal import Refusal
from tests.unit.disclosure import pdf_builders as pdf
from tests.unit.disclosure.conftest import rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

PAPERS = Path(__file__).parent / "papers"
MARKS = {"verbatim-rows", "near-verbatim-rows", "rare-values"}
PROSE = "Pay by region and trade"


@pytest.fixture(autouse=True)
def no_pdfium(monkeypatch):
    """What is read here is drawn anew, as where PDFium is not installed."""
    monkeypatch.setattr(pdf_rendering, "_library", lambda: None)


@pytest.fixture(scope="module")
def planted(people):
    """Eight people of the source, without their numbers, a line each."""
    return ["  ".join(map(str, row[1:])) for row in people[1][20:28]]


def texts(document, *, hidden=None):
    return [part.artefact.text for part in document.parts if isinstance(part.artefact, Text)
            and hidden in (None, bool(part.hidden))]  # fmt: skip


def test_words_are_laid_out_as_the_page_shows_them():
    row = b"".join(pdf.said(cell, x, 300) for cell, x in (("pay", 200), ("region", 50)))
    touching = pdf.said("17", 50, 200) + pdf.said(".5", 61.1, 200)

    [text] = texts(pdf_papers.read(pdf.paper(row + touching + pdf.said("Above", 50, 380))))

    assert text.splitlines() == ["Above", "region  pay", "17.5"]


def test_a_plain_page_is_for_a_person_to_look_at_and_says_how_it_is_shown(judge):
    report = judge(pdf.paper(pdf.said(PROSE)), "paper.pdf")

    assert rules(report) == set()
    assert rules(report, Verdict.REVIEW) == {"text", "figure", "unread-part"}
    assert any(one.reason.startswith("pages are shown") for one in report.findings)


def test_people_listed_on_a_page_are_found(judge, planted):
    assert rules(judge(pdf.paper(pdf.listing(planted)), "paper.pdf")) & MARKS


def form(people):
    """Each point a mark that is kept once, as matplotlib writes them."""
    spots = [pdf.place(age, pay) for *_, age, pay in people]
    return b"".join(b"q 1 0 0 1 %f %f cm /M Do Q\n" % spot for spot in spots)


def loose(people):
    """Each point a path by itself, as R writes them."""
    return b"".join(pdf.circle(*pdf.place(age, pay)) for *_, age, pay in people)


def joined(people):
    spots = [pdf.place(age, pay) for *_, age, pay in people]
    return b"%f %f m " % spots[0] + b"".join(b"%f %f l " % spot for spot in spots[1:]) + b"S\n"


def plot(drawn):
    clip = b"q 50 40 500 340 re W n " + drawn + b" Q "
    mark = pdf.stream(pdf.circle(0, 0), b"/Type/XObject/Subtype/Form/BBox[-9 -9 9 9]")
    kept = {"resources": b"/XObject<</M 6 0 R>>", "more": {6: mark}} if b"/M" in drawn else {}
    return pdf.paper(pdf.axes() + clip, **kept)


@pytest.mark.parametrize("draw", [form, loose, joined])
def test_points_are_read_back_as_the_values_that_were_drawn(people, draw):
    shown = people[1][:30]

    document = pdf_papers.read(plot(draw(shown)))

    figures = [part.artefact for part in document.parts if isinstance(part.artefact, Figure)]
    wanted = [(str(age), f"{pay:.2f}".rstrip("0").rstrip(".")) for *_, age, pay in shown]
    assert wanted in [[*table.rows] for figure in figures for table in tables(figure)]


@pytest.mark.parametrize("draw", [form, loose, joined])
def test_people_drawn_one_by_one_are_found(judge, people, draw):
    assert "verbatim-rows" in rules(judge(plot(draw(people[1][:60])), "plot.pdf"))


def test_three_people_in_a_drawing_are_found(judge, people):
    few = people[1][40:43]

    assert rules(judge(plot(loose(few)), "plot.pdf")) & MARKS


@pytest.mark.parametrize("name", ["drawn_letters.pdf", "truetype.pdf"])
def test_people_in_a_drawing_of_matplotlib_are_found(judge, name):
    report = judge((PAPERS / name).read_bytes(), name)

    assert "verbatim-rows" in rules(report)
    assert "hidden-part" not in rules(report)
    assert any("age" in text for text in texts(pdf_papers.read((PAPERS / name).read_bytes())))


def test_a_page_is_drawn_anew_with_what_people_see_and_nothing_that_acts():
    hidden = pdf.said("under", before=b"3 Tr")
    file = pdf.paper(pdf.said("a <b> & c") + hidden + b"0 1 0 rg " + pdf.circle(99, 99))

    [part] = images(pdf_papers.read(file), anew=True)
    drawn = part.artefact.content.decode()

    assert (part.artefact.media, part.artefact.width, part.artefact.height) == (
        "image/svg+xml", 600, 400)  # fmt: skip
    assert ">a &lt;b&gt; &amp; c</text>" in drawn
    assert 'fill="#00ff00"' in drawn
    assert "under" not in drawn
    assert svg_drawings.read(part.artefact.content).notes == ()


def test_a_page_with_too_much_on_it_says_that_it_is_not_drawn_anew():
    document = pdf_papers.read(pdf.paper(b"0 0 m 9 9 l S\n" * 31_000))

    assert images(document, anew=True) == []
    assert any("too much" in note.reason for note in document.notes)


def test_a_checker_reads_how_much_there_is_no_room_for(judge):
    long = judge("word word\n" * 15_000, "notes.txt")
    many = b"".join(b"q 9 0 0 9 0 0 cm BI /W 2/H 2/BPC 8/CS/G ID abcd EI Q\n" for _ in range(60))

    for report in (long, judge(pdf.paper(many), "paper.pdf")):
        assert "unseen-parts" in rules(report, Verdict.REVIEW)


def test_a_drawing_of_totals_is_for_a_person_to_look_at(judge):
    bars = b"".join(b"%d 40 40 %d re f\n" % (100 + 60 * at, 80 + 20 * at) for at in range(5))

    assert rules(judge(plot(bars), "bars.pdf")) == set()


UNSEEN = {
    "writing that is not drawn": lambda lines: pdf.listing(lines, before=b"3 Tr"),
    "white on white": lambda lines: pdf.listing(lines, before=b"1 g"),
    "letters too small to see": lambda lines: pdf.listing(lines, size=0.5),
    "beside the page": lambda lines: pdf.listing(lines, x=900),
    "outside of what is shown": lambda lines: b"q 0 0 9 9 re W n " + pdf.listing(lines) + b" Q",
    "under a white box": lambda lines: pdf.listing(lines) + b"1 g 0 0 600 400 re f",
    "seen through": lambda lines: b"/G gs " + pdf.listing(lines),
    "in a layer that is off": lambda lines: b"/OC /L BDC " + pdf.listing(lines) + b" EMC",
}  # fmt: skip


@pytest.mark.parametrize("way", UNSEEN)
def test_writing_that_nobody_sees_is_a_hidden_part_and_people_in_it_are_found(judge, planted, way):
    resources = b"/ExtGState<</G<</ca 0>>>>/Properties<</L 6 0 R>>"
    file = pdf.paper(
        pdf.said(PROSE) + b"q " + UNSEEN[way](planted) + b" Q", resources=resources,
        catalog=b"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>",
        more={6: b"<</Type/OCG/Name(layer)>>"},
    )  # fmt: skip

    report = judge(file, "paper.pdf")

    assert "hidden-part" in rules(report)
    assert rules(report) & MARKS
    assert planted[0].split()[0] in "".join(texts(pdf_papers.read(file), hidden=True))


def test_white_letters_on_a_dark_bar_are_seen():
    bar = b"0.1 0.1 0.4 rg 40 340 200 30 re f 1 g " + pdf.said("17")

    assert texts(pdf_papers.read(pdf.paper(bar)), hidden=True) == []


def hides(lines):
    return "\n".join(lines).encode()


BESIDE = {
    "a note": lambda said: pdf.paper(
        page=b"/Annots[<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(%b)>>]" % said),
    "a field of a form": lambda said: pdf.paper(
        catalog=b"/AcroForm<</Fields[6 0 R]>>", more={6: b"<</FT/Tx/T(a)/V(%b)>>" % said}),
    "a looked at field": lambda said: pdf.paper(
        page=b"/Annots[<</Subtype/Widget/Rect[9 9 99 99]/AP<</N 6 0 R>>>>]",
        more={6: pdf.stream(pdf.listing(said.decode().splitlines()),
                            b"/Subtype/Form/BBox[0 0 900 900]/Resources<</Font<</F 5 0 R>>>>")}),
    "metadata": lambda said: pdf.paper(trailer=b"/Info<</Title(%b)>>" % said),
    "metadata in XML": lambda said: pdf.paper(
        catalog=b"/Metadata 6 0 R",
        more={6: pdf.stream(b"<x:a xmlns:x='adobe:ns:meta/'><b>%b</b></x:a>" % said,
                            b"/Type/Metadata/Subtype/XML")}),
    "the title of a bookmark": lambda said: pdf.paper(
        catalog=b"/Outlines<</First<</Title(%b)>>>>" % said),
    "a key of its own": lambda said: pdf.paper(catalog=b"/Kept(%b)" % said),
}  # fmt: skip


@pytest.mark.parametrize("place", BESIDE)
def test_people_in_words_beside_the_page_are_found(judge, planted, place):
    assert rules(judge(BESIDE[place](hides(planted)), "paper.pdf")) & MARKS


HIDDEN = {
    "an object that nothing refers to": lambda said: pdf.paper(more={6: b"(%b)" % said}),
    "a stream that nothing refers to": lambda said: pdf.paper(
        more={6: pdf.stream(said, packed=True)}),
    "a stream of a key of its own": lambda said: pdf.paper(
        catalog=b"/Kept 6 0 R", more={6: pdf.stream(said, packed=True)}),
    "a drawing that no page draws": lambda said: pdf.paper(
        resources=b"/XObject<</M 6 0 R>>",
        more={6: pdf.stream(pdf.listing(said.decode().splitlines()),
                            b"/Subtype/Form/BBox[0 0 900 900]/Resources<</Font<</F 5 0 R>>>>")}),
    "comments in what is drawn": lambda said: pdf.paper(
        b"".join(b"%% %b\n" % line for line in said.splitlines())),
    "comments between the parts": lambda said: pdf.paper(
        more={6: b"null\nendobj\n" + b"".join(b"%% %b\n" % line for line in said.splitlines())
              + b"7 0 obj\nnull"}),
    "behind what is packed": lambda said: pdf.paper(
        catalog=b"/Metadata 6 0 R",
        more={6: pdf.stream(zlib.compress(b"<a/>") + said, b"/Type/Metadata/Filter/FlateDecode")}),
    "bytes behind the end": lambda said: pdf.paper() + said,
    "an earlier state": lambda said: pdf.changed(
        pdf.paper(pdf.listing(said.decode().splitlines())), {4: pdf.stream(pdf.said(PROSE))}),
    "a state before the earlier one": lambda said: pdf.changed(
        pdf.changed(pdf.paper(pdf.listing(said.decode().splitlines())),
                    {4: pdf.stream(pdf.said("x"))}), {4: pdf.stream(pdf.said(PROSE))}),
    "an attached file": lambda said: pdf.paper(
        catalog=b"/Names<</EmbeddedFiles<</Names[(a)<</UF(a.csv)/EF<</F 6 0 R>>>>]>>>>",
        more={6: pdf.stream(b"a,b,c,d\n" + b"\n".join(
            b",".join(line.split()) for line in said.splitlines()), b"/Type/EmbeddedFile")}),
}  # fmt: skip


@pytest.mark.parametrize("place", HIDDEN)
def test_people_where_no_page_shows_them_are_found_and_the_place_is_told(judge, planted, place):
    report = judge(HIDDEN[place](hides(planted)), "paper.pdf")

    assert {"hidden-part", "polyglot"} & rules(report)
    assert rules(report) & MARKS


def test_numbers_in_a_list_that_no_page_shows_are_found(judge, people):
    lists = b" ".join(b"[%d %g 1 2 3 4 5 6]" % row[3:] for row in people[1][20:28])

    report = judge(pdf.paper(catalog=b"/Kept[%b]" % lists), "paper.pdf")

    assert "hidden-part" in rules(report)


@pytest.mark.parametrize("name", ["a.exe", "b.csv", ""])
def test_an_attached_file_that_cannot_be_read_is_a_finding(judge, name):
    inside = b"<</EF<</F 6 0 R>>/UF(%b)>>" % name.encode()
    file = pdf.paper(catalog=b"/AF[%b]" % inside, more={6: pdf.stream(b"\0\1\2")})

    assert "hidden-part" in rules(judge(file, "paper.pdf"))


CARRIED = {
    "a script": (b"/OpenAction<</S/JavaScript/JS(app.alert)>>", "code"),
    "scripts by name": (b"/Names<</JavaScript<</Names[(a)<</JS(b)>>]>>>>", "code"),
    "a program to start": (b"/OpenAction<</S/Launch/F(a.exe)>>", "code"),
    "a form of its own": (b"/AcroForm<</XFA(<a/>)>>", "code"),
    "a form that is sent": (b"/OpenAction<</S/SubmitForm/F(https://example.org)>>",
                            "external-link"),
    "another file": (b"/OpenAction<</S/GoToR/F(a.pdf)>>", "external-link"),
    "a layer that is off": (b"/OCProperties<</D<</OFF[9 0 R]>>>>", "hidden-part"),
    "a film": (b"/AF<</Subtype/RichMedia>>", "hidden-part"),
}  # fmt: skip


@pytest.mark.parametrize("what", CARRIED)
def test_what_a_paper_carries_is_said(judge, what):
    catalog, rule = CARRIED[what]

    assert rule in rules(judge(pdf.paper(catalog=catalog), "paper.pdf"))


def picture(data, about, **given):
    held = b"/Subtype/Image/Width 2/Height 2/BitsPerComponent 8" + about
    return pdf.paper(b"q 9 0 0 9 0 0 cm /I Do Q", resources=b"/XObject<</I 6 0 R>>",
                     more={6: pdf.stream(data, held), **given})  # fmt: skip


def images(document, *, anew=False):
    return [part for part in document.parts if isinstance(part.artefact, Image)
            and part.place.endswith("drawn anew") == anew]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "about"),
    [(b"abcd", b"/ColorSpace/DeviceGray"), (b"abcdefghijkl", b"/ColorSpace/DeviceRGB"),
     (b"\0\1\1\0", b"/ColorSpace[/Indexed/DeviceRGB 1<000000ffffff>]")],
)  # fmt: skip
def test_pictures_are_carried_along_as_checkers_can_see_them(data, about):
    [part] = images(pdf_papers.read(picture(data, about)))

    assert (part.artefact.width, part.artefact.height, part.hidden) == (2, 2, "")
    assert part.artefact.content.startswith(b"\x89PNG")


def test_a_picture_within_the_code_of_a_page_is_carried_along():
    code = b"BI /W 2/H 2/BPC 8/CS/G ID abcd EI\n"

    assert len(images(pdf_papers.read(pdf.paper(code)))) == 1


@pytest.mark.parametrize(
    ("about", "kind"),
    [(b"/ColorSpace/DeviceCMYK", "unread-part"), (b"/Filter/JPXDecode", "unread-part"),
     (b"/ColorSpace/DeviceGray", "hidden-part")],
)  # fmt: skip
def test_a_picture_that_cannot_be_shown_or_holds_more_than_it_draws_is_said(about, kind):
    document = pdf_papers.read(picture(b"abcd" * 9, about))

    assert kind in {note.kind for note in document.notes if note.place}
    assert images(document) == []


@pytest.mark.parametrize(
    "given",
    [{"page": b"/Annots[<</Rect[0 0 9 9]/F 2/AP<</N 7 0 R>>>>]"},
     {"contents": b"q 9 0 0 9 900 900 cm /I Do Q"}, {"contents": b""}],
)  # fmt: skip
def test_a_picture_that_no_page_shows_is_a_hidden_part(given):
    about = b"/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray"
    inside = pdf.stream(b"/I Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 6 0 R>>>>")
    file = pdf.paper(**{"resources": b"/XObject<</I 6 0 R>>", **given},
                     more={6: pdf.stream(b"abcd", about), 7: inside})  # fmt: skip

    assert all(part.hidden for part in images(pdf_papers.read(file)))


def test_an_attached_picture_is_shown_and_hidden():
    about = b"/ColorSpace/DeviceGray"
    [shown] = images(pdf_papers.read(picture(b"abcd", about)))
    inside = b"/AF[<</EF<</F 6 0 R>>/UF(a.png)>>]"
    file = pdf.paper(catalog=inside, more={6: pdf.stream(shown.artefact.content)})

    [part] = images(pdf_papers.read(file))

    assert part.hidden
    assert part.artefact == shown.artefact


def test_a_font_that_does_not_say_what_its_letters_are_is_told_of():
    font = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<<>>]>>"
    file = pdf.paper(pdf.said("ab"), more={5: font})

    assert any("spell" in note.reason for note in pdf_papers.read(file).notes)


def test_a_font_that_says_otherwise_than_it_draws_is_a_finding(judge):
    codes = b"1 begincodespacerange <00><ff> endcodespacerange 1 beginbfchar <61><0062> endbfchar"
    font = (b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R"
            b"/Encoding<</Differences[97/a]>>>>")  # fmt: skip
    file = pdf.paper(pdf.said("a"), more={5: font, 6: pdf.stream(codes)})

    assert "hidden-part" in rules(judge(file, "paper.pdf"))


def test_an_encrypted_paper_is_refused(judge):
    file = pdf.paper(trailer=b"/Encrypt<</Filter/Standard/V 1/R 2/P 0/O(%b)/U(%b)>>/ID[(a)(a)]"
                     % (b"a" * 32, b"b" * 32))  # fmt: skip

    assert rules(judge(file, "paper.pdf")) == {"encrypted"}


BOMBS = {
    "a page": lambda: pdf.parts(more={4: bomb(b"q Q ")}),
    "what no page shows": lambda: pdf.parts(catalog=b"/Kept 6 0 R", more={6: bomb(b"a b ")}),
    "drawings in drawings": lambda: pdf.parts(b"/A Do", resources=b"/XObject<</A 6 0 R>>", more={
        number: pdf.stream(b"/A Do " * 40, b"/Subtype/Form/Resources<</XObject<</A %d 0 R>>>>"
                           % (number + 1)) for number in range(6, 14)}),
    "itself": lambda: pdf.parts(b"/A Do", resources=b"/XObject<</A 6 0 R>>", more={
        6: pdf.stream(b"/A Do", b"/Subtype/Form/Resources<</XObject<</A 6 0 R>>>>")}),
}  # fmt: skip


def bomb(pattern):
    return pdf.stream(pattern * 60_000_000, packed=True)


@pytest.mark.parametrize("where", BOMBS)
def test_what_unpacks_to_more_than_can_be_read_is_refused(where):
    with pytest.raises(Unreadable):
        sandbox.SHARED.read("pdf", pdf.written(BOMBS[where]()))


def sample():
    return pdf.paper(
        pdf.axes() + loose([(0, 0, 0, 20, 20_000)] * 3), trailer=b"/Info<</Title(a)>>",
        page=b"/Annots[<</Rect[0 0 9 9]/Contents(a)>>]", catalog=b"/Kept 6 0 R",
        more={6: pdf.stream(b"a text", packed=True)},
    )  # fmt: skip


def answered(file):
    """Whether it is read or refused: anything else would raise."""
    try:
        return sandbox.SHARED.read("pdf", file) is not None
    except Unreadable:
        return True


def test_papers_that_are_cut_short_are_read_or_refused():
    whole = sample()

    assert all(answered(whole[: len(whole) * at // 40]) for at in range(40))


def test_papers_with_broken_bytes_are_read_or_refused_and_the_reader_raises_nothing_else():
    chance, whole = Random(8), sample()
    for _ in range(100):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(9, len(broken))] = chance.randrange(256)

        assert answered(bytes(broken))
        read_or_refuse(bytes(broken))


def read_or_refuse(file):
    with suppress(Refusal):
        pdf_papers.read(file)


def test_a_paper_that_programs_must_mend_is_told_of():
    file = pdf.paper(pdf.said(PROSE)).replace(b"startxref\n", b"startxref\n1")

    assert any("programs differ" in note.reason for note in pdf_papers.read(file).notes)


def test_what_is_no_paper_is_refused():
    with pytest.raises(Refusal, match="begin"):
        pdf_papers.read(b"abc")


def test_the_picture_of_a_page_is_among_those_that_are_kept_for_checkers(judge):
    report = judge(pdf.paper(pdf.said(PROSE)), "paper.pdf")

    [(part, content)] = pictures.inside(report)

    assert report.previews[part].media in pictures.MEDIA
    assert content.startswith((b"<svg", b"\x89PNG"))
