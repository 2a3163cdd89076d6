"""The researcher's notebook of the demo, made here so that its cells can be read and reviewed."""

import json
from typing import Any

CELLS = (
    """import json
import os
import pandas as pd
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

people = pd.read_parquet("/data/labour-market/people.parquet")
out = "/outputs/"
os.makedirs(out, exist_ok=True)
len(people)""",
    """# (a) a table that is safe: mean earnings by age band and sex
means = people.groupby(["age_band", "sex"])["earnings"].mean().round(2)
safe = means.rename("mean").reset_index()
safe.to_csv(out + "earnings_by_age.csv", index=False)
json.dump({"rows": ["age_band"], "columns": ["sex"], "values": "earnings", "aggregate": "mean"},
          open(out + "earnings_by_age.csv.spec.json", "w"))""",
    """# (b) a table with small cells: people by region, sector and benefit
small = people.groupby(["region", "sector", "benefit"]).size().rename("count").reset_index()
small.to_csv(out + "benefits_by_sector.csv", index=False)
json.dump({"rows": ["region", "sector"], "columns": ["benefit"], "values": None,
           "aggregate": "count"}, open(out + "benefits_by_sector.csv.spec.json", "w"))""",
    """# (c) rows of the data, with the id left out
columns = ["region", "sector", "age_band", "sex", "benefit", "weeks_on_benefit", "earnings"]
some = people[people.weeks_on_benefit > 0].head(40)[columns]
some.to_csv(out + "some_people.csv", index=False)""",
    """# (d) a plot
picture, axes = plt.subplots(figsize=(6, 3.5))
safe.pivot(index="age_band", columns="sex", values="mean").plot.bar(ax=axes)
axes.set_ylabel("mean earnings, pounds a year")
picture.tight_layout()
picture.savefig(out + "earnings_by_age.png")""",
)


def notebook() -> dict[str, Any]:
    """The cells as a notebook file, format 4."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(CELLS, start=1)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel},
        "cells": cells,
    }


if __name__ == "__main__":
    print(json.dumps(notebook(), indent=1))  # noqa: T201
