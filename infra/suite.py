"""`haven test`: the style, the types, the structure, and every test."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra import engine, images
from infra.instance import REPOSITORY
from infra.progress import step, tell
from infra.shell import run

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style", ("ruff", "check")),
    ("format", ("ruff", "format", "--check")),
    ("types", ("mypy",)),
    ("structure", ("import_linter",)),
)
# How the names of all that the tests make begin; another lets two checkouts test on one machine.
NAME = os.environ.get("HAVEN_SUITE", "haven-suite")
# What needs no container; the rest starts the engine and builds the images.
FAST = ("tests/unit", "tests/spec", "tests/property", "tests/architecture")


def run_suite(*, fast: bool, more: Sequence[str]) -> int:
    """Run it all; returns 0 when everything passed.

    Args:
        fast: Only what needs no container and is not marked slow, and properties on a tenth of
            their examples.
        more: Passed on to pytest.
    """
    failed = [] if more else [title for title, command in CHECKS if not _passes(title, command)]
    found_running = engine.answers()
    if not fast and not more:
        # Before the tests, for they run side by side and would each begin to build.
        _build_images()
    side_by_side = () if more else ("--numprocesses=auto", "--durations=30")
    tests = (*FAST, "--hypothesis-profile=fast", "-m", "not slow") if fast else ()
    command = [sys.executable, "-m", "pytest", *side_by_side, *tests, *more]
    if subprocess.run(command, cwd=REPOSITORY, check=False).returncode:  # noqa: S603
        failed.append("tests")
    if left := list(_left_behind()):
        failed.append(f"tidiness ({', '.join(left)} left behind)")
    if not fast and not found_running:
        engine.stop_if_ours()
    if failed:
        tell(f"\n[red]Failed: {', '.join(failed)}[/red]")
    return 1 if failed else 0


def _build_images() -> None:
    engine.ensure_running()
    for image in images.missing():
        with step(f"Build image {image.name}"):
            images.build(image)


def _left_behind() -> Iterator[str]:
    """Containers, volumes, networks and mounts that the tests made and did not remove."""
    if engine.answers():
        for kind, listing in (("container", ["ps", "--all"]), ("volume", ["volume", "ls"]),
                              ("network", ["network", "ls"])):  # fmt: skip
            field = "{{.Names}}" if kind == "container" else "{{.Name}}"
            names = run("docker", *listing, "--format", field).split()
            yield from (f"{kind} {name}" for name in names if name.startswith(NAME))
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    yield from (f"mount {line.split()[1]}" for line in mounts if line.startswith(NAME))


def _passes(title: str, command: Sequence[str]) -> bool:
    tell(f"[bold]{title}[/bold]")
    module, *arguments = command
    if module == "import_linter":
        code = "from importlinter.cli import lint_imports_command as run; run()"
        whole = [sys.executable, "-c", code]
    else:
        whole = [sys.executable, "-m", module, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(whole, cwd=REPOSITORY, env=environment, check=False)  # noqa: S603
    return done.returncode == 0
