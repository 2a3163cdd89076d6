"""What is kept of refusals says nothing of what was asked for."""

import json

from infra.packages.refusals import LINES_A_MINUTE, Refusals


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_line_has_the_length_and_a_hash_and_nothing_else_of_what_was_asked():
    lines = []

    Refusals(lines.append, Clock()).note("not-listed", "/simple/secret-in-a-name/")

    said = json.loads(lines[0])
    assert set(said) == {"event", "kind", "length", "sha256"}
    assert said["length"] == 25
    assert "secret" not in lines[0]


def test_a_flood_writes_a_few_lines_and_then_how_many_there_were():
    lines, clock = [], Clock()
    refusals = Refusals(lines.append, clock)
    for number in range(1000):
        refusals.note("query", f"/?{number}")
    assert len(lines) == LINES_A_MINUTE

    clock.now = 61.0
    refusals.note("query", "/?x")

    assert json.loads(lines[-2]) == {
        "event": "package_refusals_unwritten",
        "query": 1000 - LINES_A_MINUTE,
    }
    assert len(lines) == LINES_A_MINUTE + 2
