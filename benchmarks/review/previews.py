"""How long a checker waits for a page of a large table, and for what changed in it.

Tables of 50,000 and of 200,000 rows and eight columns, made by a seed, are packed as the worker
keeps them. Then, for each thing a checker asks, the time from the kept bytes to the whole HTML
document, the way the portal makes it, without the database and the network. Also what keeping a
table costs in time and bytes, beside the same rows as compressed JSON, 200 a page. On one core.
Writes `previews.json` beside this file.

usage: python -m benchmarks.review.previews [--rounds 7]
"""

import argparse
import json
import os
import platform
import random
import statistics
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from output_checker.application.look_at_file import ComparedFile, OpenedFile
from output_checker.disclosure.kept_tables import KeptTable, packed
from output_checker.disclosure.table_facts import facts_of
from output_checker.domain.output_file import OutputFile
from output_checker.web.diff_pages import diff_page
from output_checker.web.preview_pages import preview_page
from output_checker.web.table_pages import Wanted
from portal.pages import Frame, Pages

SEED: Final = 20_261_123
HEADER: Final = ("region", "area", "count", "mean", "share", "year", "effect", "sex")
SIZES: Final = (50_000, 200_000)
ASKED: Final = {
    "first page": Wanted(part=0),
    "last page": Wanted(part=0, page=10_000),
    "sorted by numbers": Wanted(part=0, sort=4, desc=True),
    "sorted by words": Wanted(part=0, sort=2),
    "searched": Wanted(part=0, q="area 12"),
    "only flagged": Wanted(part=0, flagged=True),
    "sorted, searched and flagged": Wanted(part=0, sort=7, q="north", flagged=True),
}
Rows = list[tuple[str, ...]]


def made(count: int) -> Rows:
    chance = random.Random(SEED)
    return [
        (chance.choice(("north", "south", "east", "west")), f"area {at % 977}",
         str(chance.randint(0, 5_000)), f"{chance.random() * 1000:.2f}",
         f"{chance.random():.4f}", str(1990 + at % 30), f"{chance.gauss(0, 1):.6f}",
         chance.choice("MF"))
        for at in range(count)
    ]  # fmt: skip


def opened(rows: Rows, name: str) -> OpenedFile:
    content = packed(rows).content
    preview = {
        "kind": "table", "header": list(HEADER), "rows": [list(row) for row in rows[:1000]],
        "total_rows": len(rows), "kept_rows": len(rows),
        "facts": [asdict(one) for one in facts_of(KeptTable.of(content))],
    }  # fmt: skip
    finding = {"rule": "threshold", "verdict": "fail", "where": "a cell", "reason": "few people"}
    findings = tuple(
        {**finding, "part": 0, "position": [row, 2]} for row in range(0, len(rows), len(rows) // 50)
    )
    file = OutputFile(
        file_id=name, request_id="r", turn=1, position=0, name="a.csv", sha256=name, size_bytes=1,
        verdict="review", findings=findings, previews=(preview,),
    )  # fmt: skip
    return OpenedFile(file=file, tables={0: content})


def seconds(act: Callable[[], Any], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken), 4)


def as_json(rows: Rows) -> list[bytes]:
    pages = (rows[at : at + 200] for at in range(0, len(rows), 200))
    return [zlib.compress(json.dumps(page).encode()) for page in pages]


def measure(count: int, pages: Pages, rounds: int) -> dict[str, Any]:
    rows = made(count)
    file = opened(rows, "new")

    def document(wanted: Wanted) -> None:
        page = preview_page(file, wanted)
        pages.render("output_checker/preview.html", page, Frame())

    other = opened([*rows[1:], ("north", "area 1", "7", "1", "1", "1", "1", "M")], "old")

    def changes() -> None:
        page = diff_page(ComparedFile(old=other, new=file), 1, 1)
        pages.render("output_checker/diff.html", page, Frame())

    return {
        "seconds": {name: seconds(lambda w=w: document(w), rounds) for name, w in ASKED.items()},
        "seconds for what changed": seconds(changes, max(1, rounds // 3)),
        "kept": {
            "seconds": seconds(lambda: packed(rows), 3),
            "seconds for facts": seconds(lambda: facts_of(KeptTable.of(file.tables[0])), 3),
            "bytes": len(file.tables[0]),
            "bytes as JSON": sum(map(len, as_json(rows))),
            "seconds as JSON": seconds(lambda: as_json(rows), 3),
            "bytes of the file": sum(len(cell) + 1 for row in rows for cell in row),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pages = Pages()
    told = {f"{size:,} rows": measure(size, pages, given.rounds) for size in SIZES}
    result = {"machine": {"cores_used": 1, "python": platform.python_version()}, **told}
    Path(__file__).with_name("previews.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
