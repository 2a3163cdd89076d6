"""Make the files beside this one anew, from the people that `conftest.py` makes.

Needs matplotlib: `python -m tests.unit.disclosure.papers.make_papers`.
"""

from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from tests.unit.disclosure.conftest import make_people

HERE = Path(__file__).parent


def main():
    rows = make_people()[20:60]
    for name, kind in (("drawn_letters.pdf", 3), ("truetype.pdf", 42)):
        mpl.rcParams["pdf.fonttype"] = kind
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
        left.scatter([row[3] for row in rows], [row[4] for row in rows], s=9)
        left.set(xlabel="age", ylabel="pay")
        right.bar(["north", "south"], [120, 140])
        figure.savefig(HERE / name, metadata={"CreationDate": None})


if __name__ == "__main__":
    main()
