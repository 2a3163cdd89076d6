"""How a file that a re-run made is held against the one that was submitted."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from output_checker.adapters.sandbox_reading import SandboxReading
from output_checker.application.comparing.files import compare
from output_checker.application.comparing.likeness import likeness, of_pixels
from output_checker.disclosure.readers.artefacts import (
    Array,
    Document,
    Figure,
    Model,
    Part,
    Table,
    Text,
    Tick,
)
from output_checker.domain.rerun import FileOutcome, Outcome
from tests.unit.output_checker.builders import a_file

REPRODUCED, EQUIVALENT, DIFFERS = Outcome.REPRODUCED, Outcome.EQUIVALENT, Outcome.DIFFERS


def parts(*artefacts):
    return Document(parts=tuple(Part(artefact=one) for one in artefacts))


def table(*rows):
    return parts(Table(header=("region", "mean"), rows=rows))


def said(was, now):
    found = likeness(was, now, lambda _: None)
    return found.outcome, found.different, found.units


def of_files(name, was, now):
    (found,) = compare(SandboxReading(), [a_file(name=name)], lambda _: was, {name: now})
    return found


def test_equal_cells_are_reproduced():
    assert said(table(("north", "1.5")), table(("north", "1.5"))) == (REPRODUCED, 0, "")


def test_a_number_that_differs_in_its_last_digits_only_is_equivalent():
    assert said(table(("north", "1.0000000001")), table(("north", "1.0")))[0] is EQUIVALENT


@pytest.mark.parametrize(("was", "now"), [("1.00000001", "1.0"), ("100", "101"), ("-1", "1"),
                                          ("12", "twelve"), ("", "0")])  # fmt: skip
def test_other_values_differ_and_are_counted(was, now):
    assert said(table(("a", was), ("b", "2")), table(("a", now), ("b", "2"))) == (
        DIFFERS,
        1,
        "cells",
    )


def test_large_counts_are_never_close():
    one, other = "10000000000", "10000000001"

    assert said(table(("a", one)), table(("a", other)))[0] is DIFFERS


def test_rows_that_one_of_them_lacks_differ_in_each_cell():
    assert said(table(("a", "1"), ("b", "2")), table(("a", "1"))) == (DIFFERS, 2, "cells")


def test_other_headings_differ():
    other = parts(Table(header=("region", "median"), rows=(("a", "1"),)))

    assert said(table(("a", "1")), other) == (DIFFERS, 1, "cells")


def test_moments_random_ids_and_addresses_in_a_text_are_equivalent():
    was = "2026-11-23T10:00:00.1234Z by 0x7f3a2b1c9d00\n12345678-1234-1234-1234-123456789abc"
    now = "2026-11-24 11:30:01 by 0x7fffffffe000\n87654321-1234-1234-1234-123456789abc"

    assert said(parts(Text(text=was)), parts(Text(text=now)))[0] is EQUIVALENT


def test_a_date_alone_is_data_and_differs():
    was, now = parts(Text(text="until 2026-11-23\nend")), parts(Text(text="until 2026-11-24\nend"))

    assert said(was, now) == (DIFFERS, 1, "lines")


def test_points_that_nobody_sees_move_are_equivalent_and_others_differ():
    figure = Figure(series=(((1.0, 2.0), (3.0, 4.0)),), x_ticks=(Tick(at=0.0, label="0"),))
    nudged = replace(figure, series=(((1.000001, 2.0), (3.0, 4.0)),))
    moved = replace(figure, series=(((1.1, 2.0), (3.0, 4.0)),))
    renamed = replace(figure, x_ticks=(Tick(at=0.0, label="10"),))

    assert said(parts(figure), parts(nudged))[0] is EQUIVALENT
    assert said(parts(figure), parts(moved)) == (DIFFERS, 1, "points")
    assert said(parts(figure), parts(renamed))[0] is DIFFERS


def test_what_is_read_only_in_part_differs():
    model = parts(Model(names=("sklearn.tree.DecisionTree",)))
    array = parts(Array(name="rest", shape=(10,), rows=(("1",),)))

    assert said(model, model)[0] is DIFFERS
    assert said(array, array)[0] is DIFFERS


def test_a_part_more_or_of_another_kind_differs():
    assert said(table(("a", "1")), parts(Text(text="a 1"))) == (DIFFERS, 1, "parts")
    assert said(parts(Text(text="a")), parts(Text(text="a"), Text(text="b")))[0] is DIFFERS


def shades(value, changed=0, at=5):
    pixels = np.full((100, 4), value, dtype=np.uint8)
    pixels[at, 1] += changed
    return pixels.tobytes()


def test_shades_nobody_sees_are_equivalent_and_one_changed_dot_differs():
    assert of_pixels(shades(90), shades(90)).outcome is REPRODUCED
    assert of_pixels(shades(90), shades(90, changed=3)).outcome is EQUIVALENT
    found = of_pixels(shades(90), shades(90, changed=60))
    assert (found.outcome, found.different, found.units) == (DIFFERS, 1, "pixels")


def picture(colour, size=(40, 30), **how):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG", **how)
    return file.getvalue()


def test_a_picture_that_is_packed_otherwise_is_reproduced():
    was, now = picture("red", compress_level=0), picture("red", compress_level=9)

    assert was != now
    assert of_files("plot.png", was, now).outcome is REPRODUCED
    assert of_files("plot.png", was, picture("blue")).outcome is DIFFERS
    assert of_files("plot.png", was, picture("red", size=(30, 40))).outcome is DIFFERS


def test_the_same_values_in_other_bytes_are_reproduced_where_all_is_read():
    assert of_files("t.csv", b"a,n\nx,10\n", b"a,n\r\nx,10\r\n").outcome is REPRODUCED


def test_a_drawing_whose_words_and_points_are_the_same_is_equivalent_at_best():
    drawing = b'<svg><rect fill="%s" width="3" height="4"/></svg>'

    assert of_files("d.svg", drawing % b"red", drawing % b"red").outcome is REPRODUCED
    assert of_files("d.svg", drawing % b"red", drawing % b"blue").outcome is EQUIVALENT


def test_what_cannot_be_read_differs_unless_the_bytes_are_the_same():
    assert of_files("t.xyz", b"1", b"1").outcome is REPRODUCED
    assert of_files("t.xyz", b"1", b"2").outcome is DIFFERS
    assert of_files("t.csv", b"a,n\nx,10\n", b"").outcome is DIFFERS


def test_a_file_that_was_not_made_is_missing():
    assert compare(SandboxReading(), [a_file()], lambda _: b"a", {}) == [
        FileOutcome(position=0, outcome=Outcome.MISSING)
    ]


def test_a_picture_with_more_pixels_than_are_decoded_is_compared_by_its_bytes():
    large = picture("red", size=(4001, 2000))

    assert SandboxReading().pixels(large) is None
    assert SandboxReading().pixels(b"no picture") is None
