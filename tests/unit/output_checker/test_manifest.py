import json

import pytest

from output_checker.domain.errors import InvalidManifest, InvalidOutput, InvalidSubmission
from output_checker.domain.file_group import FileGroup, FileRole
from output_checker.domain.manifest import MAX_MANIFEST_BYTES, ManifestFile, Wish, parse


def body(**changes):
    whole = {
        "version": 1,
        "action": "submit",
        "files": [{"path": "safe.csv", "spec": None, "dataset": "labour-market"}],
        "context": "Counts",
        "controls": "Rounded",
        "recipients": ["alice"],
    }
    return {key: value for key, value in (whole | changes).items() if value is not ...}


def read(document, max_files=20):
    return parse(json.dumps(document).encode(), max_files=max_files)


def test_a_whole_manifest_is_understood():
    manifest = read(body())

    assert manifest.wish is Wish.SUBMIT
    assert manifest.files == (ManifestFile(path="safe.csv", spec=None, dataset="labour-market"),)
    assert manifest.groups == (FileGroup(context="Counts", controls="Rounded"),)
    assert manifest.recipients == ("alice",)


@pytest.mark.parametrize(
    "spec",
    [
        {"rows": ["band"], "bands": {"band": "age"}, "weight": "w", "of": ["band"]},
        {"kind": "regression", "formula": "y ~ x"},
        {"kind": "acro", "type": "table", "independent": ["region"], "unsafe_count": None},
    ],
)
def test_a_spec_of_any_kind_travels_as_it_was_written(spec):
    (file,) = read(body(files=[{"path": "a.csv", "spec": spec}])).files

    assert file.spec == spec


def test_a_withdrawal_needs_only_an_id():
    manifest = read({"version": 1, "action": "withdraw", "request_id": "a" * 32})

    assert manifest.request_id == "a" * 32


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\x00\x01", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "object in braces"),
        (b"3", "object in braces"),
        (b'{"version":1,"version":1}', "twice"),
        (b'{"version":NaN}', "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 10_000, "not JSON"),
        (b" " * (MAX_MANIFEST_BYTES + 1), "larger than"),
    ],
    ids=[
        "empty", "cut off", "binary", "not UTF-8", "list", "number", "key twice", "NaN",
        "deep", "long number", "huge",
    ],
)  # fmt: skip
def test_bytes_that_are_no_manifest_are_refused_in_words(content, words):
    with pytest.raises(InvalidManifest, match=words):
        parse(content, max_files=20)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"version": 2}, "version"),
        ({"version": True}, "version"),
        ({"version": ...}, "version"),
        ({"action": "approve"}, "action"),
        ({"action": ["submit"]}, "action"),
        ({"action": ...}, "action"),
        ({"files": {}}, "files"),
        ({"files": []}, "files"),
        ({"files": ...}, "files"),
        ({"files": ["safe.csv"]}, r"files\[0\]"),
        ({"files": [{"path": 7}]}, r"files\[0\].path"),
        ({"files": [{}]}, r"files\[0\].path"),
        ({"files": [{"path": "a.csv", "spec": "x"}]}, r"files\[0\].spec"),
        ({"files": [{"path": "a.csv", "spec": json.loads("[" * 21 + "]" * 21)}]}, "braces"),
        ({"files": [{"path": "a.csv", "spec": {"rows": json.loads("[" * 20 + "]" * 20)}}]}, "deep"),
        ({"files": [{"path": "a.csv", "spec": {"\x00": 1}}]}, r"files\[0\].spec"),
        ({"files": [{"path": "a.csv", "spec": {"rows": ["\x00"]}}]}, r"files\[0\].spec"),
        ({"files": [{"path": "a.csv", "dataset": "../x"}]}, r"files\[0\].dataset"),
        ({"files": [{"path": "a.csv", "sudo": 1}]}, r"files\[0\]"),
        ({"context": 3}, "context"),
        ({"context": "x" * 10_001}, "context"),
        ({"controls": 3}, "controls"),
        ({"groups": []}, "groups"),
        ({"context": "a\x00b"}, "context"),
        ({"context": "\ud800"}, "context"),
        ({"recipients": "alice"}, "recipients"),
        ({"recipients": ["Alice!"]}, "recipients"),
        ({"recipients": [1]}, "recipients"),
        ({"recipients": ["a" * 5] * 21}, "recipients"),
        ({"request_id": "1"}, "request_id"),
        ({"author": "eve"}, "unknown key"),
        ({"required_reviews": 0}, "unknown key"),
        ({"action": "withdraw"}, "request_id"),
    ],
    ids=str,
)
def test_a_wrong_shape_is_refused_where_it_is_wrong(changes, where):
    with pytest.raises(InvalidManifest, match=where):
        read(body(**changes))


def test_more_files_than_allowed_are_refused():
    files = [{"path": f"{number}.csv"} for number in range(3)]

    with pytest.raises(InvalidManifest, match="at most 2"):
        read(body(files=files), max_files=2)


@pytest.mark.parametrize(
    "pair", [("a.csv", "a.csv"), ("a.csv", "A.CSV"), ("\u00e9.csv", "e\u0301.csv")]
)
def test_names_that_some_would_take_for_one_are_refused(pair):
    with pytest.raises(InvalidOutput, match="twice"):
        read(body(files=[{"path": path} for path in pair]))


@pytest.mark.parametrize(
    "pair", [("a", "a/b.csv"), ("a/b/c.csv", "A"), ("\u00e9/b.csv", "e\u0301")]
)
def test_a_file_that_is_another_files_folder_is_refused(pair):
    with pytest.raises(InvalidOutput, match=r"cannot be the folder of '[^']*' as well"):
        read(body(files=[{"path": path} for path in pair]))


@pytest.mark.parametrize(
    "path",
    [
        "", "/".join("x" * 200 for _ in "abc"), "/etc/passwd",
        "../x.csv", "a/../x.csv", "a//x.csv", "./x.csv", ".hidden", "a/.git/x",
        "a\x00.csv", "a\n.csv", "a\u202ecsv.exe", "a\u200b.csv", "a\x7f.csv", "a\\b.csv", " a.csv",
        "a.csv ", "a.", "x" * 256 + ".csv", "\u00e9" * 200, "/".join("abcdefghi") + "/x.csv",
        "a\u2028.csv", "\ud800.csv", "a\u00a0.csv",
    ],
    ids=ascii,
)  # fmt: skip
def test_names_that_play_tricks_are_refused(path):
    with pytest.raises(InvalidSubmission):
        read(body(files=[{"path": path}]))


@pytest.mark.parametrize(
    "path", ["a.csv", "tables/2026/a b.csv", "\u00fcbersicht.png", "x" * 251 + ".csv"]
)
def test_ordinary_names_travel(path):
    assert read(body(files=[{"path": path}])).files[0].path == path


def test_a_refusal_prints_no_trick():
    with pytest.raises(InvalidOutput) as refusal:
        read(body(files=[{"path": "a\u202e\x1b[31m" + "b" * 500}]))

    assert str(refusal.value).isascii()
    assert "\x1b" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


def grouped(*files, names=("Pay", "Jobs"), **changes):
    groups = [{"name": name, "context": "What", "controls": "How"} for name in names]
    whole = body(files=list(files), groups=groups, context=..., controls=...)
    return {**whole, **changes}


PAY = {"path": "pay.csv", "group": "Pay"}
JOBS = {"path": "jobs.csv", "group": "Jobs", "role": "output"}


def test_files_stand_in_groups_with_what_is_said_of_each():
    shown = {"path": "counts.csv", "group": "Jobs", "role": "supporting"}
    manifest = read(grouped(PAY, JOBS, shown))

    assert [group.name for group in manifest.groups] == ["Pay", "Jobs"]
    assert [(file.group, file.role) for file in manifest.files] == [
        ("Pay", FileRole.OUTPUT),
        ("Jobs", FileRole.OUTPUT),
        ("Jobs", FileRole.SUPPORTING),
    ]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (grouped(PAY), "Jobs has no output"),
        (grouped(PAY, JOBS | {"role": "supporting"}), "Jobs has no output"),
        (grouped(PAY, JOBS | {"group": "Others"}), "name of one of the groups"),
        (grouped(PAY, {"path": "jobs.csv"}), "name of one of the groups"),
        (grouped(PAY, JOBS | {"role": "secret"}), "output, supporting or code"),
        (grouped(PAY, names=("Pay", "Pay")), "same name"),
        (grouped(PAY, names=("",)), "one line of text"),
        (grouped(PAY, names=("a\nb",)), "one line of text"),
        (grouped(PAY, JOBS, context="Both"), "leave out the others"),
        (grouped(PAY, groups=[{"name": "Pay", "contxt": "x"}]), "unknown key"),
        (grouped(PAY, groups=[{"name": str(n)} for n in range(21)]), "1 to 20"),
        (body(files=[{"path": "a.csv", "role": "code"}]), "no output"),
        (body(files=[{"path": "a.csv", "group": "Pay"}]), "name of one of the groups"),
    ],
)
def test_groups_that_do_not_fit_together_are_refused_in_words(document, words):
    with pytest.raises(InvalidManifest, match=words):
        read(document)
