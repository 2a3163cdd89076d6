"""PDF files written by hand: pages of given strokes, and whatever else a file may hold."""

import zlib

MARKER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
# Numbers of objects that every file has: catalog, pages, page, contents, font.
CATALOG, PAGES, PAGE, CONTENTS, LETTERS, NEXT = range(1, 7)


def stream(data, about=b"", *, packed=False):
    if packed:
        data, about = zlib.compress(data), about + b"/Filter/FlateDecode"
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (about, len(data), data)


def written(objects, *, trailer=b"", begin=MARKER, before=0):
    """Objects by number, and the table of where they are."""
    body, places = bytearray(begin), {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        body += b"%d 1\n%010d 00000 n \n" % (number, place)
    behind = b"/Prev %d" % before if before else b""
    size = max(objects) + 1
    body += b"trailer\n<</Size %d/Root 1 0 R%b%b>>\n" % (size, trailer, behind)
    return bytes(body) + b"startxref\n%d\n%%%%EOF\n" % table


def parts(contents=b"", *, catalog=b"", page=b"", resources=b"", more=None):
    """The objects of a file of one page; `more` are others by number."""
    held = b"/Font<</F 5 0 R>>" + resources
    return {
        CATALOG: b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog,
        PAGES: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        PAGE: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Contents 4 0 R/Resources<<%b>>%b>>"
        % (held, page),
        CONTENTS: stream(contents),
        LETTERS: FONT,
        **(more or {}),
    }


def paper(contents=b"", *, trailer=b"", **given):
    return written(parts(contents, **given), trailer=trailer)


def changed(data, objects):
    """What a program makes that writes changes behind the end."""
    before = int(data.rpartition(b"startxref")[2].split()[0])
    return written(objects, begin=data, before=before)


def said(text, x=50, y=350, *, size=10, before=b""):
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"%b BT /F %g Tf %g %g Td (%b) Tj ET\n" % (before, size, x, y, escaped.encode("cp1252"))


def listing(lines, **given):
    return b"".join(said(line, y=380 - 12 * at, **given) for at, line in enumerate(lines))


def place(age, pay):
    return 50 + age * 5, 40 + pay * 0.004


def axes():
    drawn = []
    for age in (0, 20, 40, 60, 80):
        x, _ = place(age, 0)
        drawn += [b"%f 40 m %f 35 l S\n" % (x, x), said(str(age), x - 5, 20)]
    for pay in (0, 20_000, 40_000, 60_000, 80_000):
        _, y = place(0, pay)
        drawn += [b"45 %f m 50 %f l S\n" % (y, y), said(str(pay), 10, y - 4)]
    return b"".join(drawn)


def circle(x, y, size=2):
    return (b"%f %f m %f %f %f %f %f %f c %f %f %f %f %f %f c f\n"
            % (x - size, y, x - size, y + size, x + size, y + size, x + size, y,
               x + size, y - size, x - size, y - size, x - size, y))  # fmt: skip
