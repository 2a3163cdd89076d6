"""The way in: its table, names, the folders on both sides and what the scan says."""

import io
import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from output_checker.adapters import draw_ingress
from output_checker.adapters.ingress.folders import IngressQuarantine, ProjectInputs
from output_checker.adapters.ingress.scanner import MOST_SHOWN, SandboxScanner
from output_checker.domain.actor import WORKER, Actor
from output_checker.domain.errors import (
    Forbidden,
    IntegrityLost,
    InvalidOutput,
    InvalidTransition,
)
from output_checker.domain.ingress import (
    INGRESS,
    IncomingFile,
    IngressAction,
    IngressRole,
    IngressState,
    Scan,
    ScanNote,
    require_input_name,
    take,
)
from output_checker.domain.ingress_diagram import as_markdown
from tests.conftest import REPOSITORY

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FILE = IncomingFile(
    input_id="f" * 32,
    project_id="pay",
    author="ada",
    name="lookup.csv",
    purpose="Names of regions",
    sha256="c" * 64,
    size_bytes=20,
    state=IngressState.WAITING,
    created_at=NOW,
    updated_at=NOW,
    scan=Scan(kind="csv", excerpt="region\n"),
)
ADA = Actor(username="ada", member_of=frozenset({"pay"}))
CHECKER = Actor(username="cleo", checks=frozenset({"pay"}))
ADMIN = Actor(username="max", is_admin=True)
PEOPLE = {
    IngressRole.AUTHOR: ADA,
    IngressRole.CHECKER: CHECKER,
    IngressRole.ADMIN: ADMIN,
    IngressRole.SYSTEM: WORKER,
}


def test_only_steps_of_the_table_are_taken_and_only_by_who_is_named_there():
    for state, action, (role, actor) in product(IngressState, IngressAction, PEOPLE.items()):
        step = INGRESS.get((state, action))
        file = replace(FILE, state=state)
        if step is not None and role in step.by:
            assert take(file, action, actor=actor, at=NOW, words="Because").state is step.to
        else:
            with pytest.raises((Forbidden, InvalidTransition)):
                take(file, action, actor=actor, at=NOW, words="Because")


@pytest.mark.parametrize(
    "actor",
    [
        replace(ADA, checks=frozenset({"pay"})),
        Actor(username="ada", checks=frozenset({"pay"})),
        replace(CHECKER, member_of=frozenset({"pay"})),
        replace(CHECKER, conflicts=frozenset({("pay", "ada")})),
        replace(CHECKER, checks=frozenset({"another"})),
        replace(ADMIN, member_of=frozenset({"pay"})),
        Actor(username="aud", is_auditor=True),
    ],
    ids=["author", "author who left", "member", "conflict", "elsewhere", "admin", "auditor"],
)
@pytest.mark.parametrize("action", [IngressAction.APPROVE, IngressAction.REFUSE])
def test_nobody_decides_who_has_a_part_in_it(actor, action):
    with pytest.raises(Forbidden):
        take(FILE, action, actor=actor, at=NOW, words="Because")


@pytest.mark.parametrize(
    "scan",
    [
        None,
        Scan(kind="csv", is_whole=False),
        Scan(kind="csv", notes=(ScanNote(kind="hidden-part", reason="a hidden sheet"),)),
    ],
)
def test_what_the_scan_found_has_to_be_answered(scan):
    file = replace(FILE, scan=scan)

    with pytest.raises(InvalidOutput):
        take(file, IngressAction.APPROVE, actor=CHECKER, at=NOW, words=" ")
    approved = take(file, IngressAction.APPROVE, actor=CHECKER, at=NOW, words="Opened it")
    assert (approved.decided_by, approved.reason) == ("cleo", "Opened it")


@pytest.mark.parametrize("action", [IngressAction.REFUSE, IngressAction.TAKE_BACK])
def test_a_no_gives_its_reason(action):
    state = IngressState.LAID if action is IngressAction.TAKE_BACK else IngressState.WAITING

    with pytest.raises(InvalidOutput):
        take(replace(FILE, state=state), action, actor=CHECKER, at=NOW)


@pytest.mark.parametrize(
    "name",
    ["../up.csv", "..", ".", "", ".hidden.csv", "/etc/passwd", "a/b.csv", "a\\b.csv", "a\n.csv",
     "a\u202e.csv", "a" * 300 + ".csv"],
)  # fmt: skip
def test_a_name_is_one_plain_name(name):
    with pytest.raises(InvalidOutput):
        require_input_name(name)


def test_the_page_of_states_is_drawn_from_the_table(tmp_path, monkeypatch):
    target = tmp_path / "states.md"
    monkeypatch.setattr("sys.argv", ["draw_ingress", str(target)])
    draw_ingress.main()

    page = REPOSITORY / "docs" / "reference" / "ingress-states.md"
    assert page.read_text() == target.read_text() == as_markdown()


@pytest.fixture
def quarantine(tmp_path):
    (tmp_path / "ingress").mkdir()
    return IngressQuarantine(folder=tmp_path / "ingress", max_file_bytes=1000)


@pytest.fixture
def inputs(tmp_path):
    (tmp_path / "inputs").mkdir()
    return ProjectInputs(folder=tmp_path / "inputs", max_file_bytes=1000)


def test_a_changed_byte_in_quarantine_is_found(quarantine):
    kept = quarantine.keep(b"region\n")
    assert quarantine.read(kept) == b"region\n"
    place = quarantine.folder / kept
    assert place.stat().st_mode & 0o777 == 0o440
    place.chmod(0o600)
    place.write_bytes(b"regioN\n")

    with pytest.raises(IntegrityLost):
        quarantine.read(kept)


@pytest.mark.parametrize("trick", ["link", "hard link", "pipe", "gone"])
def test_only_the_kept_file_itself_is_read(quarantine, tmp_path, trick):
    kept = quarantine.keep(b"region\n")
    place, other = quarantine.folder / kept, tmp_path / "other"
    place.unlink()
    other.write_bytes(b"region\n")
    if trick == "link":
        place.symlink_to(other)
    elif trick == "hard link":
        os.link(other, place)
    elif trick == "pipe":
        os.mkfifo(place)

    with pytest.raises(IntegrityLost):
        quarantine.read(kept)


def test_a_file_is_laid_once_read_only_and_removed_once(inputs, quarantine):
    sha256 = quarantine.keep(b"region\n")
    for _ in range(2):
        inputs.lay(project="pay", name="lookup.csv", content=b"region\n")
    place = inputs.folder / "pay" / "lookup.csv"
    assert place.read_bytes() == b"region\n"
    assert place.stat().st_mode & 0o777 == 0o444

    for _ in range(2):
        inputs.remove(project="pay", name="lookup.csv", sha256=sha256)
    assert not place.exists()


@pytest.mark.parametrize("what", ["file", "link", "link to nothing", "folder", "linked project"])
def test_what_lies_there_already_is_neither_followed_nor_replaced(inputs, tmp_path, what):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "lookup.csv").write_bytes(b"precious")
    project = inputs.folder / "pay"
    if what == "linked project":
        project.symlink_to(outside)
    else:
        project.mkdir()
        place = project / "lookup.csv"
        if what == "file":
            place.write_bytes(b"another")
        elif what == "folder":
            place.mkdir()
        else:
            place.symlink_to(outside / ("lookup.csv" if what == "link" else "none"))

    with pytest.raises(IntegrityLost):
        inputs.lay(project="pay", name="lookup.csv", content=b"region\n")
    with pytest.raises(IntegrityLost):
        inputs.remove(project="pay", name="lookup.csv", sha256="c" * 64)
    assert sorted(path.name for path in outside.iterdir()) == ["lookup.csv"]
    assert (outside / "lookup.csv").read_bytes() == b"precious"


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def locked():
    """A member that says it is encrypted."""
    data = bytearray(zipped(a_csv=b"region\n1\n"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


STOPPED = {
    "program": ("tool.exe", b"MZ" + bytes(100)),
    "program called text": ("tool.py", b"\x7fELF" + bytes(range(256)) * 4),
    "polyglot": ("lookup.csv", zipped(a_csv=b"region\n")),
    "bomb": ("many.zip", zipped(a_csv=bytes(300 * 1024**2))),
    "encrypted": ("locked.zip", locked()),
    "unknown": ("lookup.bin", b"region\n"),
    "no file": ("lookup.xlsx", b"region\n"),
}


@pytest.mark.parametrize("case", STOPPED)
def test_what_cannot_be_read_whole_is_stopped_in_words(case):
    scan = SandboxScanner().scan(*STOPPED[case])

    assert scan.stops
    assert scan.excerpt == ""


def test_code_and_tables_are_shown_to_who_decides():
    scanner = SandboxScanner()
    code = scanner.scan("fit.py", b"print('hello')\n")
    table = scanner.scan("lookup.csv", b"region,name\n1,North\n")
    long = scanner.scan("long.py", b"x = 1\n" * MOST_SHOWN)

    assert (code.stops, code.notes, code.is_whole) == ("", (), True)
    assert "print('hello')" in code.excerpt
    assert "1,North" in table.excerpt
    assert long.asks_for_words
    assert len(long.excerpt) == MOST_SHOWN


def test_a_model_that_would_run_when_it_is_opened_is_not_let_in_without_words():
    scan = SandboxScanner().scan("model.pkl", b"cos\nsystem\n(S'id'\ntR.")

    assert scan.stops or scan.notes
