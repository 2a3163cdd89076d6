"""The cell key method beside the package of the Office for National Statistics."""

import random
from collections import defaultdict

import pytest

from output_checker.disclosure.perturbation.cell_keys import cell_key, perturbed, record_key
from output_checker.disclosure.perturbation.p_table import Noise, p_table

KEYS = 256
# Of larger counts the package takes the rows of 501 to 750 again.
ROWS = 750


@pytest.mark.slow
@pytest.mark.parametrize("noise", [
    Noise(keys=KEYS), Noise(most=8, variance=3.0, keys=KEYS), Noise(blocked=2, keys=KEYS),
])  # fmt: skip
def test_the_same_record_keys_and_table_give_the_same_counts(oracle, noise):
    draw = random.Random(20_261_123)
    secret = bytes(range(32))
    records = [
        {
            "area": f"a{min(int(draw.expovariate(0.25)), 30)}",
            "sex": draw.choice("mf"),
            "key": record_key(secret, f"person {at}", KEYS),
        }
        for at in range(9_000)
    ]
    table = p_table(noise)
    rows = [
        [count, key, table.change(count, key)]
        for count in range(1, ROWS + 1)
        for key in range(KEYS)
    ]

    found = oracle(
        "by_cell_key_perturbation", {"records": records, "p_table": rows, "by": ["area", "sex"]}
    )

    keys = defaultdict(list)
    for one in records:
        keys[one["area"], one["sex"]].append(one["key"])
    counts = {cell: len(every) for cell, every in keys.items()}
    cell_keys = {cell: cell_key(every, KEYS) for cell, every in keys.items()}
    shown = perturbed(counts, cell_keys, table)
    told = {(area, sex): rest for area, sex, *rest in found if rest[0]}
    assert max(counts.values()) > ROWS
    assert len({shown[one] - counts[one] for one in counts}) > 3
    assert told == {one: [counts[one], cell_keys[one], shown[one]] for one in counts}
    # Where nobody is, both show nobody.
    assert all(rest == [0, 0, 0] for _, _, *rest in found if not rest[0])
