"""What `haven clean` takes out, and that what is left is what was shown."""

import base64
import json

import pytest

from output_checker.disclosure.cleaning.clean import CannotClean, clean
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import jpeg_pictures, notebooks, png_pictures
from output_checker.disclosure.readers.artefacts import Text
from portal.cli.clean import app
from tests.unit.disclosure import test_jpeg_pictures as jpeg
from tests.unit.disclosure import test_png_pictures as png

DIRTY = {
    "comment.png": png.picture(png.chunk(b"tEXt", b"Comment\0rows of data")),
    "exif.png": png.picture(png.chunk(b"eXIf", b"rows of data")),
    "tail.png": png.picture(end=b"rows of data"),
    "comment.jpg": jpeg.picture(jpeg.segment(0xFE, b"rows of data")),
    "exif.jpg": jpeg.picture(jpeg.segment(0xE1, b"Exif\0\0rows of data")),
    "tail.jpg": jpeg.picture(after=b"rows of data"),
}
PLAIN = {"png": (png_pictures, png.picture()), "jpg": (jpeg_pictures, jpeg.picture())}


@pytest.mark.parametrize("name", DIRTY)
def test_a_cleaned_picture_is_only_the_picture(name):
    cleaned = clean(name, DIRTY[name])

    reader, plain = PLAIN[name.rpartition(".")[2]]
    assert cleaned.taken
    assert b"rows of data" not in cleaned.content
    assert reader.read(cleaned.content) == reader.read(plain)


def test_a_clean_picture_stays_as_it_is():
    assert clean("a.png", png.picture()).content == png.picture()
    assert clean("a.png", png.picture()).taken == ()


def test_a_cleaned_notebook_shows_what_it_showed():
    picture = base64.b64encode(png.picture()).decode()
    output = {
        "output_type": "display_data",
        "metadata": {"kept": "rows"},
        "data": {"image/png": picture, "text/plain": "rows", "application/x": "rows"},
    }
    book = {"nbformat": 4, "nbformat_minor": 5, "kept": "rows",
            "metadata": {"kernelspec": {"name": "python3"}, "widgets": {"state": "rows"}},
            "cells": [{"cell_type": "code", "source": "draw()", "metadata": {"kept": "rows"},
                       "outputs": [output]}]}  # fmt: skip

    cleaned = clean("a.ipynb", json.dumps(book).encode())

    document = notebooks.read(cleaned.content)
    assert b"rows" not in cleaned.content
    assert [part.place for part in document.parts] == ["cell 1", "cell 1, output 1"]
    assert document.parts[0].artefact == Text(text="draw()", language="python")
    assert not document.notes


def test_the_outputs_of_a_notebook_go_where_it_is_asked_and_its_code_stays(tmp_path):
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "markdown", "source": "# Pay", "metadata": {}},
        {"cell_type": "code", "source": "show()", "metadata": {}, "execution_count": 7,
         "outputs": [{"output_type": "stream", "name": "stdout", "text": "rows"}]},
    ]}  # fmt: skip
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(book))

    assert app(args=["--outputs", str(path)]) == 0

    cleaned = json.loads((tmp_path / "a.clean.ipynb").read_text())
    assert [cell["source"] for cell in cleaned["cells"]] == ["# Pay", "show()"]
    assert cleaned["cells"][1]["outputs"] == []
    assert cleaned["cells"][1]["execution_count"] is None


def test_a_cleaned_text_has_no_character_that_nobody_sees():
    cleaned = clean("a.txt", "a\u200bb  \nc\u202e\n".encode())

    assert cleaned.content == b"ab\nc\n"
    assert cleaned.taken == ("2 characters that nobody sees", "blanks at the ends of 1 lines")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b"GIF"), ("a.png", png.picture()[:30]), ("a.jpg", b"\xff\xd8"), ("a.jpg", b""),
     ("a.ipynb", b"[]"), ("a.ipynb", b"{"), ("a.txt", b"\xff"), ("a.parquet", b"PAR1")],
)  # fmt: skip
def test_what_cannot_be_cleaned_is_said(name, content):
    with pytest.raises(CannotClean):
        clean(name, content)


def test_a_kind_that_is_not_known_is_said():
    with pytest.raises(Unreadable, match="allowed"):
        clean("a.exe", b"")


def test_the_command_writes_a_copy_and_never_over_another(tmp_path, capsys):
    path = tmp_path / "plot.png"
    path.write_bytes(DIRTY["tail.png"])

    assert app(args=[str(path)]) == 0
    assert path.read_bytes() == DIRTY["tail.png"]
    assert (tmp_path / "plot.clean.png").read_bytes() == png.picture()
    assert "12 bytes behind the end" in capsys.readouterr().out

    assert app(args=[str(path)]) == 1
    assert "File exists" in capsys.readouterr().err


def test_the_command_says_when_there_is_nothing_to_take_out(tmp_path, capsys):
    path = tmp_path / "plot.png"
    path.write_bytes(png.picture())

    assert app(args=[str(path)]) == 0
    assert "nothing to take out" in capsys.readouterr().out
    assert [*tmp_path.iterdir()] == [path]
