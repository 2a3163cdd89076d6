"""`%haven` and `%%haven_table` in IPython; `%load_ext haven` brings them.

%haven check table.csv                     have files judged, without submitting them
%haven submit table.csv --context "..." --controls "..."
%haven status
%haven withdraw 1a2b3c4d

%%haven_table --data people --entity nino
pd.crosstab(people.age_band, people.sex)   # shown as a table with its findings
"""

import argparse
import ast
import shlex
import sys
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from haven.checking import CheckedTable, check_table
from haven.fixing import Versions
from haven.submitting import ask, status, withdraw
from portal.cli.mailbox import WrongRequest, is_rerun
from portal.cli.workspace import asked_of, submit_arguments

_TABLES: Final = (pd.DataFrame, pd.Series, CheckedTable)
_USAGE: Final = "%haven check | submit | status | withdraw, each with --help"


def load_ipython_extension(shell: Any) -> None:
    """What IPython calls for `%load_ext haven`."""

    def haven(line: str) -> Any:
        """Check, submit, look at or withdraw outputs; `%haven submit --help` says how."""
        return run_line(shell, line)

    def haven_table(line: str, cell: str) -> Any:
        """Judge the table that is the cell's last expression, and show it with its findings."""
        return run_cell(shell, line, cell)

    shell.register_magic_function(haven, "line", "haven")
    shell.register_magic_function(haven_table, "cell", "haven_table")


def run_line(shell: Any, line: str) -> Any:
    """Raises: WrongRequest, NoAnswer."""
    name, *rest = shlex.split(line) or [""]
    if name in {"check", "submit"}:
        given = _parsed(submit_arguments(f"%haven {name}"), rest)
        return None if given is None else _submit(shell, given, is_check=name == "check")
    if name == "status":
        return status(rest[0] if rest else None)
    if name == "withdraw" and rest:
        return withdraw(rest[0])
    raise WrongRequest(_USAGE)


def _submit(shell: Any, given: argparse.Namespace, *, is_check: bool) -> Any:
    """A name of a file, or of a table in the notebook."""
    given.check = given.check or is_check
    if is_rerun():
        # Such files are for whoever is asked, and are not there.
        given.context_file = given.spec = None
    outputs = [_table(shell, str(file)) or file for file in given.files]
    return ask(asked_of(given), outputs)


def _table(shell: Any, name: str) -> Any:
    found = shell.user_ns.get(name)
    return {f"{name}.csv": found} if isinstance(found, _TABLES) else None


def run_cell(shell: Any, line: str, cell: str) -> Any:
    """Raises: WrongRequest, BadSpec, BadPolicy; and whatever the cell raises."""
    given = _parsed(_table_arguments(), shlex.split(line))
    if given is None:
        return None
    value = _last_value(shell, cell)
    if isinstance(value, CheckedTable | Versions):
        return value
    if not isinstance(value, pd.DataFrame | pd.Series):
        raise WrongRequest("the last line of the cell must give a table")
    data = shell.user_ns.get(given.data)
    if not isinstance(data, pd.DataFrame):
        raise WrongRequest("say which frame holds the records it was made from: --data NAME")
    policies = given.policy or ["sacro-10"]
    return check_table(value, data, entity=given.entity, holding=given.holding, policy=policies)


def _table_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="%%haven_table", description="Judge a cell's table.")
    parser.add_argument("--data", help="name of the frame with the records it was made from")
    parser.add_argument("--entity", help="column that names whose record it is")
    parser.add_argument("--holding", help="column that names who owns them")
    parser.add_argument("--policy", action="append", default=[], help="sacro-10 if not given")
    return parser


def _parsed(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace | None:
    """None where argparse has said what is wrong, or what there is."""
    try:
        return parser.parse_args(words)
    except SystemExit:
        sys.stderr.flush()
        return None


def _last_value(shell: Any, cell: str) -> Any:
    """Run a cell as if it stood there by itself; None where it ends in no expression."""
    tree = ast.parse(shell.transform_cell(cell), "<haven_table>")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    # The person's own program, in their own kernel.
    exec(compile(tree, "<haven_table>", "exec"), shell.user_ns)  # noqa: S102
    if last is None:
        return None
    assert isinstance(last, ast.Expr)
    code = compile(ast.Expression(last.value), "<haven_table>", "eval")
    return eval(code, shell.user_ns)  # noqa: S307
