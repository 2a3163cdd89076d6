"""Make the files beside this one anew, from the people that `conftest.py` makes.

Needs pandas and pyreadstat: `python -m tests.unit.disclosure.frames.make_frames`.
"""

from pathlib import Path

import pandas as pd
import pyreadstat

from tests.unit.disclosure.conftest import REGIONS, make_people

HERE = Path(__file__).parent


def main():
    rows = [row[1:] for row in make_people()[20:50]]
    frame = pd.DataFrame(rows, columns=["region", "trade", "age", "pay"])
    coded = frame.assign(region=frame["region"].map(REGIONS.index))
    labels = {"region": dict(enumerate(REGIONS))}
    pyreadstat.write_sav(coded, HERE / "people.sav", variable_value_labels=labels)
    pyreadstat.write_sav(coded, HERE / "packed.sav", compress=True, variable_value_labels=labels)
    pyreadstat.write_xport(frame, HERE / "people.xpt", file_format_version=5)
    pyreadstat.write_dta(coded, HERE / "people.dta", variable_value_labels=labels)
    means = frame.groupby("region", as_index=False)["pay"].mean().round(2)
    lines = [f"Figures of {row[3]}, {row[2]}, {row[0]}, {row[1]}" for row in rows]
    pyreadstat.write_sav(means, HERE / "noted.sav", note=lines)
    names = ["; ".join(map(str, row)) for row in rows[:4]]
    four = means.assign(n=400, kept=400)
    pyreadstat.write_dta(four, HERE / "labelled.dta", column_labels=names)


if __name__ == "__main__":
    main()
