"""Pages of a PDF as pictures, drawn in the confined process."""

import pytest

from output_checker.disclosure.readers import pdf_rendering, png_pictures, sandbox
from output_checker.disclosure.readers.artefacts import Image
from tests.unit.disclosure import pdf_builders as pdf

pytest.importorskip("pypdfium2", reason="it comes with requirements/dev.txt")


def pages(data):
    return [
        part for part in sandbox.SHARED.read("pdf", data).parts if isinstance(part.artefact, Image)
    ]


def test_a_page_is_drawn_in_the_sandbox_and_is_a_plain_picture():
    (part,) = pages(pdf.paper(pdf.said("Pay by region")))

    assert part.place == "page 1, as it looks"
    assert part.artefact.media == "image/png"
    (inner,) = png_pictures.read(part.artefact.content).parts
    assert (inner.artefact.width, inner.artefact.height) == (
        part.artefact.width,
        part.artefact.height,
    )


@pytest.mark.parametrize("font", [b"Arial", b"NotoSansCJKjp-Regular", b"Symbol"])
def test_no_font_of_the_machine_is_looked_for(font):
    data = pdf.paper(pdf.said("Pay by region")).replace(b"Helvetica", font)

    assert [part.place for part in pages(data)] == ["page 1, as it looks"]


def test_a_page_larger_than_the_bound_is_drawn_smaller():
    data = pdf.paper(pdf.said("x"), page=b"/CropBox[0 0 9000 9000]/MediaBox[0 0 9000 9000]")

    (part,) = pages(data)

    assert part.artefact.width * part.artefact.height <= pdf_rendering.MAX_PIXELS * 1.01


def test_a_page_beyond_the_bound_is_drawn_anew_from_what_was_read(monkeypatch):
    monkeypatch.setattr(pdf_rendering, "MAX_PAGES", 0)

    assert pdf_rendering.pictures(pdf.paper(pdf.said("x"))) == {}


def test_what_pdfium_cannot_open_has_no_pictures():
    assert pdf_rendering.pictures(b"%PDF-1.7 nothing else") == {}
