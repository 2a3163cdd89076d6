"""Runs the probes and tells what they found, on the terminal or as JSON."""

from collections.abc import Collection
from pathlib import Path

from rich.table import Table

from hub.probes.catalogue import NOT_YET
from infra.errors import NotReady
from infra.instance import Instance, from_environment
from infra.probes import keep, signed
from infra.probes.outcome import BROKEN, OPEN, SHUT, Outcome
from infra.probes.run import Run, run_probes
from infra.progress import console, tell

COLOURS = {SHUT: "green", OPEN: "bold red", BROKEN: "yellow"}
FAILED = 1


def run_and_tell(
    instance: Instance,
    only: Collection[str] = (),
    project: str | None = None,
    *,
    as_json: bool = False,
) -> int:
    """Run, keep and show; returns 0 when every door was shut and every control found its own."""
    console.stderr = as_json  # what is under way must not stand in the JSON
    run = run_probes(instance, only, project)
    path = keep.keep(instance, run)
    if as_json:
        print(path.read_text())  # noqa: T201  for programs: no colours, no folding
    else:
        _show(run)
        tell(f"signed and written to {path}")
    return 0 if run.is_well else FAILED


def verify_and_tell(path: Path, key: Path | None) -> int:
    """Check a signed result offline; returns 0 when it is genuine."""
    trusted = key or from_environment().home / "probes" / keep.PUBLIC_KEY
    if not trusted.is_file():
        raise NotReady(f"The public key is not at {trusted}; say where it is with --key")
    try:
        payload = signed.verify(signed.read(path), trusted.read_text())
    except signed.NotGenuine as problem:
        tell(f"[red]✗[/red] {problem}")
        return FAILED
    states = [one["state"] for one in payload["probes"]]
    tell(f"[green]✓[/green] genuine: {payload['installation']}, {payload['at']}, image "
         f"{payload['image'][:19]}, {states.count(SHUT)} of {len(states)} shut")  # fmt: skip
    return 0


def _show(run: Run) -> None:
    table = Table("probe", "tries to", "found", "control", box=None, pad_edge=False)
    for outcome in run.outcomes:
        colour = COLOURS[outcome.state]
        table.add_row(outcome.probe.probe_id, outcome.probe.tries,
                      f"[{colour}]{_found(outcome)}[/]", _control(outcome))  # fmt: skip
    console.print(table)
    tell("\nNot yet probed:")
    for one in NOT_YET:
        tell(f"  {one.probe_id}  {one.tries}: {one.reason} (issue {one.issue})")
    counted = {state: [o.state for o in run.outcomes].count(state) for state in COLOURS}
    tell("\n" + ", ".join(f"{n} {state}" for state, n in counted.items())
         + f", {len(NOT_YET)} not yet probed; {run.seconds:.0f} s")  # fmt: skip


def _found(outcome: Outcome) -> str:
    words = ", ".join(outcome.found[:3]).replace("[", "(")
    return f"{outcome.state}: {words}" if words else outcome.state


def _control(outcome: Outcome) -> str:
    return f"{len(outcome.control)} open" if outcome.control else "[red]nothing[/red]"
