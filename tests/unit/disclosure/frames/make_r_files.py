"""Wrote people.rds and people.RData once, with pyreadr, in an environment of its own.

usage: python make_r_files.py
"""

from pathlib import Path

import pandas as pd
import pyreadr

FRAME = pd.DataFrame({
    "region": ["north", "south", "east", "north"],
    "n": [12, 13, 14, 15],
    "pay": [1.5, 2.0, 3.25, 1e6],
    "since": pd.to_datetime(["2020-01-02", "2021-03-04", "2022-05-06", "1969-12-31"]).date,
    "kind": pd.Categorical(["a", "b", "a", "b"]),
    "known": [True, False, True, True],
})  # fmt: skip

if __name__ == "__main__":
    here = Path(__file__).parent
    pyreadr.write_rds(here / "people.rds", FRAME, compress="gzip")
    pyreadr.write_rdata(here / "people.RData", FRAME, df_name="people")
