"""Write docs/reference/leaks.md from the result.

usage: python -m benchmarks.leaks.page
"""

import json
from pathlib import Path
from typing import Any, Final

RESULT: Final = Path(__file__).parent / "result.json"
PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "leaks.md"
_SAID: Final = """\
# People carried out, found and not found

Files of which it is known what they carry, each judged as in use against the same {people:,}
people, on {day}:

    .venv/bin/python -m benchmarks.leaks.run

{files:,} files with {suffixes} suffixes. About half carry one to fifty rows, or the number of one
person, in the places of each format in which they can be shown or hidden: as they are, in another
order under other names, rounded, as other types, with codes for labels, on their side, and
between rows of nobody. The others are tables of large groups, models, drawings, prose and
synthetic people. A file that carries people is found when it fails; one that carries none is a
false alarm when it fails. `--seed N` makes another corpus of the same kind.

* **rows**: three rows or more of six columns or more. All of them are to be found.
* **rows named**: of these, where a finding says that rows or persons are in it; the others failed
  for being hidden, for bytes of no use, or for groups that are too small.
* **fewer**: one row, or points of two columns.
* **one number**: an identifier of one person in a sentence. 95 % are to be found.
* **false alarms**: safe files that fail. At most 2 % may.

{table}

Beyond what a search can tell, and in no column: {beyond}. The first are rows that have no value of
their own left. The second a checker sees as a picture like any other; what leaves can be drawn anew
from the table behind it.

{wrong}

What the corpus cannot say: its people are made up, of twelve columns that hang together little, and
who wrote the files knows the reader. Another corpus is kept back.
"""


def page(result: dict[str, Any]) -> str:
    by_format = result["by format"]
    wrong = "\n".join(f"* {name}" for name in result["wrong"])
    said = f"Every file that was judged wrongly:\n\n{wrong}"
    beyond = (
        f"{what}, {hits} of {every} found" for what, (hits, every) in result["beyond"].items()
    )
    return _SAID.format(
        people=result["people"], day=result["day"], files=result["files"],
        suffixes=len(by_format) - 1, table=_table(by_format), beyond="; ".join(beyond),
        wrong=said if wrong else "No file was judged wrongly.",
    )  # fmt: skip


def _table(by_format: dict[str, Any]) -> str:
    names = [*next(iter(by_format.values()))]
    heads = ["format", *("false alarms" if name == "safe" else name for name in names)]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for suffix, cells in by_format.items():
        told = (f"{hits} of {every}" if every else "" for hits, every in cells.values())
        lines.append(f"| {suffix} | {' | '.join(told)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(json.loads(RESULT.read_text())))
