"""Files that are broken on purpose: read or refused in words, in time, and nothing left behind.

A small part of `benchmarks/fuzz`, which breaks two thousand.
"""

from random import Random

import pytest

from benchmarks.fuzz import inner
from benchmarks.fuzz.broken import MALFORMED_SEED, good, malformed
from benchmarks.fuzz.good import GOOD
from benchmarks.fuzz.reading import MEMORY, Bench, Outcome
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import kinds, sandbox

pytestmark = pytest.mark.slow

FILES = 182
# Its own library writes none, so only its first pages are good.
NOT_WHOLE = {".sas7bdat"}


def test_every_kind_has_a_good_file_to_be_broken():
    assert set(GOOD) == set(kinds.BY_NAME)


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_file_is_read(kind):
    for suffix, data in good(kind):
        if suffix not in NOT_WHOLE:
            assert sandbox.SHARED.read(kind, data).parts


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_is_broken_in_the_same_way_each_time(kind):
    [(_, first), *_], [(_, again), *_] = GOOD[kind](), GOOD[kind]()
    made = [inner.broken(Random(4), data, b"another file") for data in (first, again)]

    assert first == again
    assert made[0] == made[1] != first


def test_malformed_files_are_read_or_refused_in_words_and_leave_nothing_behind(tmp_path):
    with Bench(tmp_path) as bench:
        reads = [
            bench.read(file, whole=file.number % 9 == 0)
            for file in malformed(FILES, MALFORMED_SEED, [*GOOD])
        ]
        left = bench.left_behind()

    assert [(one.name, one.broken) for one in reads if one.broken] == []
    assert [one.name for one in reads if one.outcome is Outcome.CRASHED] == []
    assert left == []
    # Some get through to what is behind the first look at a file.
    assert sum(one.outcome is Outcome.READ for one in reads) > FILES / 10
    assert all(0 < one.peak_bytes < MEMORY for one in reads)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("acro", '{"version": "1.0", "results": {}}'.encode("utf-16")),
        (
            "acro",
            b'{"version": "1.0", "results": {"a": {"files": [], "fair": {"independent": 7}}}}',
        ),
        ("safetensors", b"\x04\0\0\0\0\0\0\0{\0}\0"),
        ("svg", b'<svg><path d="M0 0h1h1"/><text x="1e999">1</text><text x="9">2</text></svg>'),
        ("svg", b'<?xml version="1.0" encoding="koi8-r"?><svg/>'),
        ("tar", b"a".ljust(100, b"\0") + b"0000644\0" + b"\0" * 16 + b"\x80" + b"\x7f" * 11),
    ],
    ids=["UTF-16", "a number for names", "NUL in a header", "infinity", "an encoding", "a size"],
)
def test_what_once_ended_a_reader_ends_none(kind, data):
    try:
        sandbox.SHARED.read(kind, data)
    except Unreadable as refused:
        assert "stopped before" not in refused.reason  # noqa: PT017 - reading it is as good
