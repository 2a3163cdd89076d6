"""Run in an environment with pytauargus: a protection problem in, hidden cells out.

The problem goes to tau-Argus's own solver of the optimum (FullJJ) in its JJ form: a line a cell
with its value, cost, status, bounds and protection, a line an equation.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from pytauargus import HiTaSCtrl

asked = json.load(sys.stdin)
values, small, threshold = asked["values"], set(asked["small"]), asked["threshold"]
most = 10 * max(values) + threshold
lines = ["0", str(len(values))]
for at, value in enumerate(values):
    status = "u" if at in small else "s" if value else "z"
    up = max(0, threshold - value) if status == "u" else 0
    apart = threshold - 1 if status == "u" else 0
    lines.append(f"{at} {value} {max(value, 1)} {status} 0 {most} 0 {up} {apart}")
lines.append(str(len(asked["equations"])))
for parts, total in asked["equations"]:
    terms = " ".join([f"{total} (-1)", *(f"{part} (1)" for part in parts)])
    lines.append(f"0 {len(parts) + 1} : {terms}")
with tempfile.TemporaryDirectory() as folder:
    problem, answer = Path(folder, "in.jj"), Path(folder, "out.jj")
    problem.write_text("\n".join(lines) + "\n")
    begun = time.perf_counter()
    code = HiTaSCtrl().full_jj(
        in_file_jj=str(problem), out_file=str(answer), max_time=asked["minutes"]
    )
    seconds = time.perf_counter() - begun
    text = answer.read_text() if answer.exists() else ""
json.dump({"code": code, "answer": text, "seconds": seconds}, sys.stdout)
