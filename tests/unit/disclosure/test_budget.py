import io
import threading
import time
import zipfile

import pytest

from output_checker.disclosure import documents
from output_checker.disclosure.budget import Budget, Spent
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.evidence import database
from output_checker.disclosure.evidence.kept import Kept
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy

POLICY = Policy(name="test")
# Runs for minutes where nothing stops it.
LONG = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"


class Clock:
    """Stands still but for what each look at it costs."""

    def __init__(self, a_look=0.0):
        self.now, self._a_look = 0.0, a_look

    def __call__(self):
        self.now += self._a_look
        return self.now


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("nino,region\n" + "".join(f"QQ{at:06}A,north\n" for at in range(40)))
    return Source(name="people", path=path, entity="nino")


@pytest.fixture
def check(tmp_path, source):
    def run(files, **options):
        paths = [tmp_path / name for name in files]
        for path in paths:
            path.write_bytes(files[path.name])
        return check_files(paths, sources=[source], specs={}, policy=POLICY, **options).files

    return run


def tables(count):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for at in range(count):
            archive.writestr(f"{at}.csv", "region,n\nnorth,40\n")
    return held.getvalue()


def ticking(seconds):
    return lambda: Budget(seconds, Clock(a_look=1.0))


def test_a_budget_is_spent_by_its_clock():
    clock = Clock()
    budget = Budget(10, clock)

    clock.now = 9.9
    budget.require()
    clock.now = 10
    with pytest.raises(Spent):
        budget.require()


def test_what_is_made_of_a_dataset_is_not_on_the_account_of_a_file():
    clock = Clock()
    budget = Budget(10, clock)

    with budget.paused(), budget.paused():
        clock.now = 100
        budget.require()

    assert budget.left == 10


def test_inferring_has_a_share_of_a_file_and_not_seconds_for_each_table():
    clock = Clock()
    budget = Budget(10, clock)
    given = []

    for _ in range(3):
        with budget.inferring(3) as ends:
            given.append(ends - clock.now)
            clock.now += 3

    assert given == [3, 2, -1]
    assert budget.left == 1


def test_a_file_that_takes_too_long_fails_in_words_and_the_next_is_judged(check):
    first, second = check({"a.zip": tables(40), "b.csv": b"region,n\nnorth,40\n"},
                          budget=ticking(120))  # fmt: skip

    (stopped,) = [one for one in first.findings if one.rule == documents.UNFINISHED]
    looked_at = int(stopped.reason.removeprefix("judging stopped after 120 s with ").split()[0])
    assert 0 < looked_at < 40
    assert stopped.reason.endswith(f" with {looked_at} of 41 parts looked at")
    assert first.verdict is stopped.verdict is Verdict.FAIL
    assert documents.UNFINISHED not in {one.rule for one in second.findings}


def test_a_file_of_one_part_fails_as_well(check):
    [report] = check({"a.csv": b"region,n\nnorth,40\n"}, budget=ticking(2))

    assert [(one.rule, one.reason) for one in report.findings] == [
        (documents.UNFINISHED, "judging stopped after 2 s")
    ]
    assert report.verdict is Verdict.FAIL


def test_a_file_within_its_budget_gets_the_verdict_that_it_gets_without_haste(check):
    files = {"a.zip": tables(5)}

    [hasty], [calm] = check(files), check(files, budget=lambda: Budget(seconds=10_000))

    assert hasty == calm
    # That of the names in the archive.
    assert [one.rule for one in hasty.findings] == ["text"]


def test_a_question_that_runs_long_is_interrupted(source):
    running = threading.active_count()
    with opened(source) as data:
        begun = time.monotonic()

        with Budget(seconds=0.3) as data.budget:
            with pytest.raises(Spent):
                data.query(LONG)
            assert time.monotonic() - begun < 1.5
            with pytest.raises(Spent):
                data.count_rows()

        assert threading.active_count() == running
        with Budget() as data.budget:
            assert data.count_rows() == 40


def test_a_question_that_runs_long_is_a_finding_of_its_file(check, monkeypatch):
    def found(data, _):
        yield from data.query(LONG)

    monkeypatch.setattr(documents.identifiers, "find", found)
    running, begun = threading.active_count(), time.monotonic()

    [report] = check({"a.csv": b"region,n\nnorth,40\n"}, budget=lambda: Budget(seconds=0.3))

    assert time.monotonic() - begun < 3
    assert threading.active_count() == running
    assert [one.rule for one in report.findings] == [documents.UNFINISHED]


def test_tables_of_one_file_share_what_the_dataset_answered(check, monkeypatch):
    asked = []
    tabulate = database.tabulate

    def ask(data, question):
        asked.append(question)
        return tabulate(data, question)

    monkeypatch.setattr(database, "tabulate", ask)

    check({"a.zip": tables(6)})

    assert asked
    assert len(asked) == len(set(asked))


def test_answers_are_kept_as_far_as_there_is_room():
    kept, asked = Kept(most=10), []

    def answer(name, lines):
        return kept.get(name, lambda: asked.append(name) or "x" * lines)

    for name, lines in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("b", 4), ("huge", 50), ("c", 4)):
        assert answer(name, lines) == "x" * lines

    assert asked == ["a", "b", "c", "b", "huge", "c"]
