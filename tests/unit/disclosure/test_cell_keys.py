"""The perturbation table's properties, and that the same units always show the same number."""

import random
from hashlib import sha256
from itertools import pairwise
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from output_checker.disclosure.perturbation.cell_keys import cell_key, perturbed, record_key
from output_checker.disclosure.perturbation.max_entropy import max_entropy
from output_checker.disclosure.perturbation.p_table import KEYS, Noise, p_table

SECRET = bytes(range(32))
NOISES = st.builds(
    Noise,
    most=st.integers(3, 10),
    variance=st.floats(0.3, 4.0),
    blocked=st.integers(0, 2),
    keys=st.sampled_from([4096, KEYS]),
)


def moments(row):
    keys, every = row.keys, sum(row.keys)
    mean = sum(count * change for count, change in zip(keys, row.changes, strict=True)) / every
    square = sum(count * change**2 for count, change in zip(keys, row.changes, strict=True)) / every
    return mean, square


@given(noise=NOISES)
def test_changes_are_small_and_leave_no_count_below_zero_and_none_that_is_blocked(noise):
    for count, row in enumerate(p_table(noise).rows):
        assert all(abs(one) <= noise.most for one in row.changes)
        shown = {count + one for one, keys in zip(row.changes, row.keys, strict=True) if keys}
        assert min(shown) >= 0
        assert not shown & set(range(1, noise.blocked + 1))


@given(noise=NOISES)
def test_the_mean_is_zero_to_a_key_and_exactly_where_nothing_is_blocked(noise):
    for row in p_table(noise).rows:
        mean, _ = moments(row)
        is_whole = all(after == before + 1 for before, after in pairwise(row.changes))
        assert abs(mean) <= (0 if is_whole else noise.most / noise.keys)
        assert sum(row.keys) == noise.keys


@given(noise=NOISES)
def test_the_variance_is_as_set_for_every_count_that_allows_it(noise):
    table = p_table(noise)
    # A key more or less of the greatest changes, of each of them.
    near = (2 * noise.most + 1) * noise.most**2 / noise.keys
    for row in table.rows[1:]:
        below = max(one for one in row.changes if one <= 0)
        above = min(one for one in row.changes if one >= 0)
        least, greatest = -below * above, -row.changes[0] * row.changes[-1]
        wanted = min(max(noise.variance, least), greatest)
        assert moments(row)[1] == pytest.approx(wanted, abs=near + 1e-5)


@given(
    low=st.integers(-6, -1), high=st.integers(1, 6), part=st.floats(0.05, 0.95),
    moves=st.lists(st.integers(-50, 50), min_size=3, max_size=13),
)  # fmt: skip
def test_no_other_distribution_with_these_moments_has_more_entropy(low, high, part, moves):
    values = [*range(low, high + 1)]
    found = max_entropy(values, part * -low * high)

    # Change three probabilities so that their sum, mean and variance stay, in any direction.
    for at, size in enumerate(moves[: len(values) - 3]):
        four = values[at : at + 4]
        other = dict(found)
        for value, factor in zip(four, (1, -3, 3, -1), strict=True):
            other[value] += factor * size / 1e4 * min(found[one] for one in four)
        assert all(one >= 0 for one in other.values())
        assert entropy(other) <= entropy(found) + 1e-12


def entropy(found):
    return -sum(one * log(one) for one in found.values() if one > 0)


def test_the_default_table_stays_what_it_is_since_numbers_were_published_with_it():
    rows = repr([(row.changes, row.keys) for row in p_table(Noise()).rows])

    assert sha256(rows.encode()).hexdigest()[:16] == "a3d9db433cc98218"


def test_nobody_stays_nobody_and_a_large_count_takes_the_last_row():
    table = p_table(Noise())

    assert {table.change(0, key) for key in range(0, KEYS, 97)} == {0}
    assert all(
        table.change(10_000, key) == table.change(6, key) == table.change(1_000_000, key)
        for key in range(0, KEYS, 97)
    )


@pytest.mark.parametrize(
    "wrong",
    [{"most": 0}, {"most": 21}, {"variance": 0.0}, {"variance": 26.0}, {"blocked": 5},
     {"blocked": -1}, {"keys": 100}, {"keys": KEYS + 1}],
)  # fmt: skip
def test_what_no_table_can_be_made_of_is_refused(wrong):
    with pytest.raises(ValueError, match=r"change|variance|shown|keys"):
        Noise(**wrong)


def test_a_distribution_without_a_mean_of_zero_is_refused():
    with pytest.raises(ValueError, match="0 or below"):
        max_entropy([1, 2], 1.0)


def test_the_same_units_show_the_same_number_in_any_order_and_under_any_name():
    keys = [record_key(SECRET, f"p{at}", KEYS) for at in range(40)]
    shuffled = random.Random(3).sample(keys, len(keys))
    one, other = cell_key(keys, KEYS), cell_key(shuffled, KEYS)

    found = perturbed({"a": 40, "b": 40}, {"a": one, "b": other}, p_table(Noise()))

    assert one == other
    assert found["a"] == found["b"]


def test_record_keys_are_spread_evenly_and_are_others_with_another_secret():
    ours = [record_key(SECRET, f"p{at}", 256) for at in range(20_000)]
    theirs = [record_key(SECRET[::-1], f"p{at}", 256) for at in range(20_000)]

    assert max(ours.count(key) for key in range(256)) < 130
    assert sum(a == b for a, b in zip(ours, theirs, strict=True)) < 140


def test_changes_of_many_cells_have_the_variance_that_is_set():
    draw, table = random.Random(1), p_table(Noise())
    counts = {at: draw.randrange(1, 400) for at in range(20_000)}
    keys = {at: draw.randrange(KEYS) for at in counts}

    changes = [new - counts[at] for at, new in perturbed(counts, keys, table).items()]

    assert sum(changes) / len(changes) == pytest.approx(0, abs=0.05)
    assert sum(one * one for one in changes) / len(changes) == pytest.approx(2, abs=0.1)


def test_a_secret_has_its_length():
    with pytest.raises(ValueError, match="32 bytes"):
        record_key(b"short", "p1", KEYS)
