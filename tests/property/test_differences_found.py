"""Whoever has two tables subtracts: what that leaves of few people is always found."""

import re
from itertools import combinations
from unittest.mock import patch

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from output_checker.disclosure.differencing import record_sets
from output_checker.disclosure.differencing.judge import compare
from output_checker.disclosure.differencing.published import Number, Published
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.filters import parse
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Question
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy

COLUMNS = ("a", "b", "c")
THRESHOLD = 3
POLICY = Policy(name="three", threshold=THRESHOLD)
# Records are taken together, and so few of them not.
LEAST_OF_KIND = st.sampled_from([1, 8])
ROWS = st.lists(st.tuples(*[st.sampled_from("xyz")] * 3), min_size=1, max_size=14)


@st.composite
def tables(draw, name):
    dimensions = tuple(draw(st.lists(st.sampled_from(COLUMNS), max_size=2, unique=True)))
    where = draw(
        st.dictionaries(
            st.sampled_from(COLUMNS), st.lists(st.sampled_from("xyz"), min_size=1), max_size=1
        )
    )
    hides = draw(st.sets(st.integers(0, 20), max_size=4))
    return name, dimensions, where, hides


def cells_of(rows, dimensions, where):
    """Each cell of a table with all its totals: which rows are in it."""
    found = {}
    for at, row in enumerate(rows):
        record = dict(zip(COLUMNS, row, strict=True))
        if any(record[name] not in values for name, values in where.items()):
            continue
        for size in range(len(dimensions) + 1):
            for summed in combinations(range(len(dimensions)), size):
                key = tuple(TOTAL if place in summed else record[name]
                            for place, name in enumerate(dimensions))  # fmt: skip
                found.setdefault(key, set()).add(at)
    return found


def printed(rows, table, types):
    name, dimensions, where, hides = table
    cells = cells_of(rows, dimensions, where)
    shown = {key: people for at, (key, people) in enumerate(sorted(cells.items()))
             if at not in hides}  # fmt: skip
    question = Question(
        dimensions=tuple(map(Dimension.plain, dimensions)),
        statistic=Statistic.COUNT,
        where=parse(where, types),
    )
    numbers = tuple(Number(key=key, position=(at, 0)) for at, key in enumerate(shown))
    return shown, Published(file=name, source="s", question=question, shown=numbers)


def levels(shown):
    """Cells that do not overlap: those that are totals over the same dimensions."""
    found = {}
    for key, people in shown.items():
        found.setdefault(tuple(label == TOTAL for label in key), []).append(people)
    return found.values()


def left_over(wholes, parts):
    """Fewest people, but not nobody, who are in one cell and in none of those within it."""
    left = []
    for whole in wholes:
        for level in levels(parts):
            inside = [part for part in level if part <= whole]
            if inside:
                left.append(len(whole - set().union(*inside)))
    return min([one for one in left if one], default=THRESHOLD)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, one=tables("one"), other=tables("other"), least=LEAST_OF_KIND)
def test_fewer_people_than_the_threshold_are_never_left_unseen(
    tmp_path_factory, rows, one, other, least
):
    path = tmp_path_factory.mktemp("s") / "s.csv"
    path.write_text("\n".join(map(",".join, [COLUMNS, *rows])) + "\n")
    with opened(Source(name="s", path=path)) as data:
        mine, new = printed(rows, one, data.types)
        theirs, released = printed(rows, other, data.types)

        with patch.object(record_sets, "LEAST_OF_KIND", least):
            found = [*compare([new], [released], [data], POLICY)]

    fewest = min(left_over(mine.values(), theirs), left_over(theirs.values(), mine))
    if fewest < THRESHOLD:
        assert found
    if not mine or not theirs:
        assert not found
    for _, finding in found:
        people = int(re.search(r"(\d+) units?\b", finding.reason)[1])
        assert 0 < people < THRESHOLD


def groups_of(rows, tables):
    """People whom the tables tell apart: how many there are, by the numbers they are counted in."""
    cells = [people for shown in tables for people in shown.values()]
    found = {}
    for at in range(len(rows)):
        found.setdefault(tuple(at in people for people in cells), []).append(at)
    return {place: len(people) for place, people in found.items() if any(place)}


def pinned(groups, numbers):
    """Groups that are as large in every way to fill them that gives all these numbers."""
    places = list(groups)
    totals = [sum(size for place, size in groups.items() if place[number]) for number in numbers]
    ways = list(_ways([tuple(place[n] for n in numbers) for place in places], totals))
    return {
        place
        for at, place in enumerate(places)
        if any(place[n] for n in numbers) and len({way[at] for way in ways}) == 1
    }


def _ways(places, left):
    if not places:
        if not any(left):
            yield ()
        return
    first, *others = places
    most = min([one for one, is_in in zip(left, first, strict=True) if is_in], default=0)
    for size in range(most + 1):
        rest = [one - size * is_in for one, is_in in zip(left, first, strict=True)]
        for way in _ways(others, rest):
            yield (size, *way)


@st.composite
def parts(draw, name):
    """A count of all who have one of two labels: three of these tell what no two of them do."""
    labels = draw(st.sampled_from([["x", "y"], ["y", "z"], ["x", "z"]]))
    return name, (), {"a": labels}, set()


def either(name):
    return st.one_of(tables(name), parts(name))


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.sampled_from("xyz")] * 3), min_size=4, max_size=9),
    some=st.tuples(either("new"), either("one"), either("two")),
    least=LEAST_OF_KIND,
)
def test_who_is_pinned_by_all_tables_and_not_by_fewer_is_found(tmp_path_factory, rows, some, least):
    path = tmp_path_factory.mktemp("s") / "s.csv"
    path.write_text("\n".join(map(",".join, [COLUMNS, *rows])) + "\n")
    with opened(Source(name="s", path=path)) as data:
        made = [printed(rows, one, data.types) for one in some]
        shown, (new, *released) = [one for one, _ in made], [one for _, one in made]
        groups = groups_of(rows, shown)
        assume(len(groups) <= 6)

        with patch.object(record_sets, "LEAST_OF_KIND", least):
            found = [*compare([new], released, [data], POLICY)]

    every = range(sum(map(len, shown)))
    mine = len(shown[0])
    before = pinned(groups, every[:mine]) | pinned(groups, every[mine:])
    new_table = [any(place[:mine]) for place in groups]
    few = {
        place
        for place, is_in in zip(groups, new_table, strict=True)
        if is_in and 0 < groups[place] < THRESHOLD
    }
    if (pinned(groups, every) & few) - before:
        assert any(one.verdict is not Verdict.PASS for _, one in found)
