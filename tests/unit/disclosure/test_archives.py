"""Archives: every file in them is judged as if it came alone, and nothing else may be in them."""

import gzip
import io
import tarfile
import zipfile

import pytest

from output_checker.disclosure.readers import archives
from output_checker.disclosure.readers.artefacts import Table, Text
from output_checker.disclosure.readers.refusal import Refusal
from tests.unit.disclosure.conftest import rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

TABLE = b"region,n\nnorth,210\nsouth,590\n"


def zipped(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def tarred(files, change=lambda _: None):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            change(member)
            archive.addfile(member, io.BytesIO(content))
    return held.getvalue()


def packed(files):
    return gzip.compress(tarred(files))


FORMS = {"out.zip": zipped, "out.tar": tarred, "out.tar.gz": packed, "out.tgz": packed}


def extract(people):
    return "\n".join(",".join(map(str, row[1:])) for row in people[1][30:38]).encode()


@pytest.mark.parametrize("name", FORMS)
def test_rows_in_a_file_of_an_archive_are_found(judge, people, name):
    data = FORMS[name]({"a/table.csv": TABLE, "b.csv": b"r,t,a,p\n" + extract(people)})

    found = [one for one in judge(data, name).findings if one.rule == "verbatim-rows"]

    assert len(found) == 1
    assert found[0].where.startswith("file 2: ")


@pytest.mark.parametrize("name", FORMS)
def test_files_and_their_names_are_the_parts(name):
    document = archives.read(FORMS[name]({"table.csv": TABLE, "notes.txt": b"Two groups.\n"}))

    table, notes, names = (part.artefact for part in document.parts)
    assert isinstance(table, Table)
    assert notes == Text(text="Two groups.\n")
    assert names == Text(text="table.csv\nnotes.txt")


def test_an_archive_in_an_archive_is_read_and_not_for_ever(judge, people):
    inner = {"rows.csv": b"r,t,a,p\n" + extract(people)}

    assert "verbatim-rows" in rules(judge(zipped({"inner.zip": zipped(inner)}), "outer.zip"))
    data = TABLE
    for depth in range(6):
        data = zipped({f"a.{'zip' if depth else 'csv'}": data})
    with pytest.raises(Refusal, match="deep"):
        archives.read(data)


@pytest.mark.parametrize("name", FORMS)
def test_a_file_of_another_kind_refuses_the_archive(judge, name):
    assert rules(judge(FORMS[name]({"run.exe": b"MZ"}), name)) == {"file-type"}


def test_a_number_of_a_person_in_a_name_is_found(judge, people):
    data = zipped({f"{people[1][0][0]}.csv": TABLE})

    assert "identifier" in rules(judge(data, "out.zip"))


def linked(member):
    member.type = tarfile.SYMTYPE
    member.linkname = "elsewhere"
    member.size = 0


REFUSED = {
    "nothing": (tarred({}), "no file"),
    "a link": (tarred({"a.csv": b""}, linked), "neither"),
    "a way out": (tarred({"../a.csv": TABLE}), "misleads"),
    "more behind": (tarred({"a.csv": TABLE}) + b"more", "behind"),
    "more behind what is packed": (packed({"a.csv": TABLE}) + b"more", "behind"),
    "half": (packed({"a.csv": TABLE})[:-20], "cut short"),
    "no archive": (b"x" * 2_000, "TAR"),
    "a bomb": (gzip.compress(b"\0" * (300 * 2**20)), "more than"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_plain_archive_is_refused(what):
    data, words = REFUSED[what]

    with pytest.raises(Refusal, match=words):
        archives.read(data)


def test_a_header_that_holds_more_is_refused():
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("a.csv")
        member.size = len(TABLE)
        member.pax_headers = {"comment": "something"}
        archive.addfile(member, io.BytesIO(TABLE))

    with pytest.raises(Refusal, match="header"):
        archives.read(held.getvalue())
