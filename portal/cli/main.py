"""`haven`: one command whose parts are loaded only when they are called.

`haven check` must start fast and needs neither web nor database, and a workspace has neither
installed; so nothing is imported to list or to find a command.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Final, TextIO

EXIT_USAGE: Final = 2
# As a shell says it of a program that a closed pipe ended.
EXIT_NOBODY_READS: Final = 128 + 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Where a command is: `attribute` of `module` is called with `args` and `prog_name`."""

    module: str
    attribute: str
    words: str


def _here(module: str, attribute: str, words: str) -> Command:
    return Command(module=f"portal.cli.{module}", attribute=attribute, words=words)


ANYWHERE: Final = {
    "check": _here("check", "app", "Judge output files by the rules, against their source"),
    "fix": _here("fix", "app", "Look for versions of a failing table that pass, least loss first"),
    "audit": _here("audit", "app", "Say what the shown cells of tables tell of the hidden ones"),
    "round": _here("round", "app", "Round the counts of tables, each by itself or together"),
    "perturb": _here("perturb", "app", "Change the counts of a table by the cell key method"),
    "clean": _here("clean", "app", "Copy output files without what nobody sees in them"),
    "release": _here("release", "app", "Check released files against their signed record"),
    "policy": _here("policy", "app", "List, show, compare and lint disclosure policies"),
}
# A workspace has no network, and not what these need.
OUTSIDE: Final = {
    "synthesise": _here("synthesise", "app", "Make a dataset's synthetic twin of its descriptor"),
    "requests": _here("requests", "app", "List, show and withdraw your requests, by the API"),
}
IN_A_WORKSPACE: Final = {
    "submit": _here("workspace", "submit", "Ask to take files out"),
    "status": _here("workspace", "status", "See how your requests stand"),
    "withdraw": _here("workspace", "withdraw", "Take a request back"),
}
AT_THE_DATABASE: Final = {
    "apply": _here("apply", "app", "Make the registry what files say, or show the difference"),
    "drift": _here("apply", "drift_app", "Say what is registered otherwise than files say"),
    "project": _here("project", "app", "Apply a project file: people, data and grants"),
    "dataset": _here("dataset", "app", "Register a version of a dataset"),
    "views": _here("views", "app", "List views of datasets, and what was found in them"),
    "people": _here("people", "app", "Set passwords, reset second factors"),
    "terms": _here("terms", "app", "Publish the terms of use"),
    "workspaces": _here("workspaces", "app", "List, stop, freeze and thaw workspaces"),
    "freeze": _here("egress", "freeze_app", "Let nothing leave, of one project or of all"),
    "unfreeze": _here("egress", "unfreeze_app", "Undo that"),
    "usage": _here("usage", "app", "What each person's workspaces took in a month"),
    "ledger": _here("ledger", "app", "Verify or show what happened"),
    "closure": _here("closure", "app", "Keep what became of a project's files"),
    "package-list": _here("package_list", "app", "Record what `haven packages` decides"),
    "isolation": _here("isolation", "app", "Keep what the isolation probes found"),
}
ON_THE_HOST: Final = {
    "up": _here("platform", "", "Build what is missing and start everything"),
    "down": _here("platform", "", "Stop everything"),
    "status": _here("platform", "", "Show the services and the running workspaces"),
    "logs": _here("platform", "", "Show what the services wrote"),
    "doctor": _here("platform", "", "Examine the installation for what would break a promise"),
    "packages": _here("platform", "", "What may be installed in workspaces: import, allow, refuse"),
    "close-out": _here("platform", "", "Archive or destroy the files of a project that is over"),
    "demo": _here("platform", "", "Install, start, and walk the whole way once"),
    "probe": _here("platform", "", "Run the isolation probes in a real workspace"),
    "test": _here("platform", "", "Run the test suite"),
}


def main() -> int:
    name, *rest = sys.argv[1:] or ["help"]
    if name in {"-h", "--help", "help"}:
        _say(_help(), sys.stdout)
        return 0
    runners: tuple[tuple[dict[str, Command], Callable[[Command, list[str]], int]], ...] = (
        (ANYWHERE, _run),
        (IN_A_WORKSPACE if is_workspace() else OUTSIDE, _run),
        (ON_THE_HOST, _run_platform),
        (AT_THE_DATABASE, _run_at_the_database),
        (IN_A_WORKSPACE, _run),
    )
    for commands, run in runners:
        if name in commands:
            return run(commands[name], rest)
    return _unknown(name)


def is_workspace() -> bool:
    """Whether this runs where researchers work: `status` means their requests there."""
    return (
        Path(os.environ.get("HAVEN_RUN", "/run/haven")).is_dir()
        and Path(os.environ.get("HAVEN_OUTPUTS", "/outputs")).is_dir()
    )


def _run(command: Command, rest: Sequence[str]) -> int:
    called = getattr(import_module(command.module), command.attribute)
    status = called(args=rest, prog_name=f"haven {sys.argv[1]}")
    return status if isinstance(status, int) else 0


def _run_platform(command: Command, _rest: Sequence[str]) -> int:
    platform = import_module(command.module)
    options = import_module("portal.cli.help_options").HELP
    app = import_module("typer").Typer(add_completion=False, context_settings=options)
    platform.register(app)
    status: int = platform.guarded(app)
    return status


def _run_at_the_database(command: Command, rest: list[str]) -> int:
    admin = import_module("infra.admin")
    arguments = [sys.argv[1], *rest]
    if not admin.belongs_inside(arguments):
        return _run(command, rest)
    try:
        instance = import_module("infra.instance").from_environment()
        status: int = admin.run_inside(instance, arguments)
    except import_module("infra.errors").HavenError as error:
        _say(f"haven: {error}", sys.stderr)
        return int(error.exit_code)
    return status


def _unknown(name: str) -> int:
    known = {*ANYWHERE, *OUTSIDE, *IN_A_WORKSPACE, *AT_THE_DATABASE, *ON_THE_HOST}
    close = get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    _say(f"haven: there is no command {name}.{hint} See: haven help", sys.stderr)
    return EXIT_USAGE


def _help() -> str:
    lines = ["Usage: haven COMMAND [ARGUMENTS]", "", "Haven, a trusted research environment."]
    for title, commands in (
        ("Anywhere", ANYWHERE),
        ("From your own computer", OUTSIDE),
        ("In a workspace", IN_A_WORKSPACE),
        ("For administrators", AT_THE_DATABASE),
        ("For the platform, on its host", ON_THE_HOST),
    ):
        lines += ["", f"{title}:"]
        lines += [f"  {name:<13}{command.words}" for name, command in commands.items()]
    return "\n".join([*lines, "", "haven COMMAND --help says more about each."])


def _say(words: str, stream: TextIO) -> None:
    print(words, file=stream)


def _until_nobody_reads(run: Callable[[], int]) -> int:
    """Run; when who reads the output has gone (`haven help | head -1`), stop without a word."""
    try:
        status = run()
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_NOBODY_READS
    return status


if __name__ == "__main__":
    sys.exit(_until_nobody_reads(main))
