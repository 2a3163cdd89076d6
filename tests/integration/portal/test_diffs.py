"""What a checker sees of a change: against an earlier turn, and against the last release."""

from dataclasses import replace

import pytest

from output_checker.application.ports import Release
from output_checker.disclosure.kept_tables import packed
from output_checker.domain.ledger import EMPTY
from output_checker.domain.workflow import State


def previews(rows, header=("region", "n")):
    return (
        {
            "kind": "table",
            "header": list(header),
            "rows": [list(row) for row in rows],
            "total_rows": len(rows),
        },
    )


OLD = [("north", "3"), ("south", "120"), ("west", "40")]
NEW = [("south", "125"), ("north", "3"), ("east", "15")]


@pytest.fixture
def add_turn(house):
    """A request in its second turn, with files of both."""

    def add(old, new):
        request = house.add_request(turn=2, files=[replace(new, turn=2)])
        with house.checker_unit_of_work() as uow:
            uow.files.add([replace(old, turn=1, request_id=request.request_id)])
            uow.commit()
        file_id = house.files_of(request)[0].file_id
        return f"/requests/{request.request_id}/files/{file_id}/diff"

    return add


def released(house, file, **changes):
    request = house.add_request(state=State.RELEASED, files=[file], **changes)
    now = house.clock.now()
    with house.checker_unit_of_work() as uow:
        uow.releases.add(
            Release(
                request_id=request.request_id,
                record=b"{}",
                record_sha256="",
                started_at=now,
                retain_until=now,
                ledger_head=EMPTY,
                released_at=now,
            )
        )
        uow.commit()
    return request


def test_cells_that_changed_stand_beside_what_they_were(house, table, add_turn):
    address = add_turn(table(previews=previews(OLD)), table(previews=previews(NEW), sha256="c"))

    page = house.browser("checker1").get(address + "?against=1").text

    assert "<del>120</del>" in page
    assert "<ins>125</ins>" in page
    assert "1 cell changed in 1 row; 1 rows new, 1 gone. Rows are matched by region." in page
    assert '<td class="added">east</td>' in page
    assert '<td class="removed">west</td>' in page
    assert "north" not in page


def test_whole_tables_are_compared_and_not_their_first_rows(house, table, add_turn):
    rows = [(f"area {n}", "20") for n in range(1_500)]
    address = add_turn(
        table(file_id="o" + house.tag, previews=previews(rows[:1_000])),
        table(file_id="n" + house.tag, previews=previews(rows[:1_000]), sha256="c"),
    )
    with house.checker_unit_of_work() as uow:
        uow.files.keep_table("o" + house.tag, 0, packed(rows).content)
        uow.files.keep_table("n" + house.tag, 0, packed([*rows[:-1], ("area 1499", "3")]).content)
        uow.commit()

    page = house.browser("checker1").get(address + "?against=1").text

    assert "1 cell changed in 1 row" in page
    assert "<del>20</del>" in page


def test_the_same_bytes_are_said_to_be_the_same(house, table, add_turn):
    page = house.browser("checker1").get(add_turn(table(), table()) + "?against=1").text

    assert "Nothing changed: turn 2 and turn 1 have the same bytes." in page


def test_lines_of_text_are_compared_with_their_numbers(house, table, add_turn):
    old, new = ("a\nb\nc", "a\nB\nc\nd")
    texts = [
        ({"kind": "text", "text": one, "total_rows": one.count("\n") + 1},) for one in (old, new)
    ]
    address = add_turn(
        table(name="run.log", previews=texts[0], findings=()),
        table(name="run.log", previews=texts[1], findings=(), sha256="c"),
    )

    page = house.browser("checker1").get(address + "?against=1").text

    assert "2 lines new, 1 gone." in page
    assert "<td><code>B</code></td>" in page


def test_pictures_stand_side_by_side_and_both_can_be_looked_at(house, figure, add_turn):
    old = figure(previews=({"kind": "image", "width": 2, "height": 1},), sha256="c" * 64)
    address = add_turn(old, figure())

    page = house.browser("checker1").get(address + "?against=1").text

    assert f'src="{address.rpartition("/")[0]}/image?part=0"' in page
    assert f"/files/{old.file_id}/image?part=0" in page
    assert "2 \N{MULTIPLICATION SIGN} 1 pixels" in page


def test_what_left_last_under_the_same_name_is_compared(house, table):
    released(house, table(previews=previews([("north", "30")])))
    house.clock.advance(days=1)
    before = released(house, table(previews=previews(OLD)))
    request = house.add_request(files=[table(previews=previews(NEW), sha256="c")])
    file_id = house.files_of(request)[0].file_id

    browser = house.browser("checker1")
    page = browser.get(f"/requests/{request.request_id}/files/{file_id}/diff?against=release").text

    assert "Turn 1 beside the last release of this project." in page
    assert "<del>120</del>" in page
    seen = {line.subject for line in house.ledger(event="file.viewed")}
    assert seen == {f"file:{file_id}", f"file:{house.files_of(before)[0].file_id}"}


def test_a_release_of_another_project_or_that_one_may_not_look_at_is_not_shown(house, table):
    released(house, table(previews=previews(OLD)), project_id=house.other_id)
    request = house.add_request(files=[table(previews=previews(NEW), sha256="c")])
    address = f"/requests/{request.request_id}/files/{house.files_of(request)[0].file_id}/diff"

    page = house.browser("checker1").get(address)
    released(house, table(previews=previews(OLD)), author=house.name("checker1"))
    own = house.browser("checker1").get(address)

    assert "There is no file of this name in the last release of this project." in page.text
    assert own.status_code == 403
    assert "west" not in own.text


@pytest.mark.parametrize(("against", "status"), [("9", 200), ("0", 404), ("x", 404), ("-1", 404)])
def test_a_turn_that_was_not_is_said_not_to_be_there(house, table, add_turn, against, status):
    answer = house.browser("checker1").get(add_turn(table(), table()) + f"?against={against}")

    assert answer.status_code == status
    if status == 200:
        assert "There is no file of this name in turn 9." in answer.text


def test_cells_of_a_notebook_are_compared_one_by_one(house, table, add_turn):
    def notebook(*cells):
        return tuple(
            {"kind": "text", "place": f"cell {at}", "text": text, "total_rows": 1}
            for at, text in enumerate(cells, start=1)
        )

    address = add_turn(
        table(name="a.ipynb", previews=notebook("import x", "x.mean()"), findings=()),
        table(
            name="a.ipynb",
            previews=notebook("import x", "# means", "x.mean()"),
            findings=(),
            sha256="c",
        ),
    )

    page = house.browser("checker1").get(address + "?against=1").text

    assert page.count(">the same</span>") == 2
    assert "cell 2" in page
    assert "# means" in page
