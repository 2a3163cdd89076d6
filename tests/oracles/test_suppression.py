"""What the suggester loses beside tau-Argus's optimum of the same problem."""

import random
from collections import Counter
from itertools import product

import pytest

from output_checker.disclosure.suppression.linked import sums
from output_checker.disclosure.suppression.published import Printed, Published
from output_checker.disclosure.suppression.suggest import suggest
from output_checker.disclosure.suppression.system import Setting

THRESHOLD = 10
SHAPES = ((4, 4), (6, 6), (10, 10), (15, 15), (30, 30), (3, 3, 3), (4, 4, 4))


def made(shape, seed):
    """Log-normal counts with a median of 60, and all margins."""
    draw = random.Random(seed)
    cells = Counter()
    for at in product(*(range(size) for size in shape)):
        count = int(draw.lognormvariate(4.094, 1.25))
        for summed in product((False, True), repeat=len(shape)):
            key = tuple(
                (f"d{place}", f"l{label}")
                for place, (label, is_total) in enumerate(zip(at, summed, strict=True))
                if not is_total
            )
            cells[key] += count
    printed = tuple(
        Printed(key=key, row=row, column=0, value=float(count))
        for row, (key, count) in enumerate(cells.items())
    )
    labels = {f"d{at}": tuple(f"l{one}" for one in range(size)) for at, size in enumerate(shape)}
    return Published(name="made", cells=printed, labels=labels)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_more_than_a_tenth_more_people_are_lost_than_in_the_optimum(oracle, shape, seed):
    table = made(shape, seed)
    keys = [cell.key for cell in table.cells]
    place = {key: at for at, key in enumerate(keys)}
    values = [int(cell.value) for cell in table.cells]
    question = {
        "values": values,
        "small": [at for at, value in enumerate(values) if 0 < value < THRESHOLD],
        "threshold": THRESHOLD,
        "equations": [
            [[place[part] for part in one.parts], place[one.total]] for one in sums([table], {})
        ],
        "minutes": 1,
    }

    found = suggest([table], Setting(threshold=THRESHOLD))
    theirs = oracle("by_pytauargus", question)

    assert theirs["code"] == 0
    lost = sum(values[int(at)] for at in theirs["answer"].split())
    assert found.lost <= 1.1 * lost
