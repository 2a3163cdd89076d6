"""The house rules that no tool ships: each walks the code and names what breaks it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("hub", "infra", "output_checker", "portal", "python", "registry")
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (REPOSITORY / package).rglob("*.py")
    if "migrations" not in path.parts
)
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
# A boundary of a process, where whatever goes wrong must become an answer: why, for each.
CATCH_ALL = {
    "output_checker/disclosure/engine.py": "a crash while judging is a finding",
    "output_checker/disclosure/rules/rule.py": "what a rule could not judge is for a person",
    "output_checker/disclosure/readers/nursery.py": "a reader that cannot be loaded refuses",
    "output_checker/adapters/worker/inbox.py": "one bad manifest must not end the worker",
    "output_checker/adapters/worker/__main__.py": "a server that is away must not end the worker",
    "output_checker/application/follow_reruns.py": "what one run holds keeps no other waiting",
    "registry/application/applications/expire.py": "one that stays open keeps no other waiting",
    "output_checker/adapters/queue/tasks.py": "a failed job is tried again, by its kind",
    "infra/progress.py": "a failed step is shown as one, then raised again",
    "portal/crash_guard.py": "a crash is an error page without a traceback",
    "hub/probes/inside.py": "a probe that cannot run is reported, and fails",
    "infra/probes/attempts.py": "a probe that cannot run is reported, and fails",
    "hub/spawner.py": "docker-py's errors are told by their status",
}

# What takes hostile bytes apart, and who may call it: why, for each.
READERS = {"acro_records", "csv_tables", "png_pictures"}
MAY_READ = {
    "output_checker/disclosure/readers/encoded.py": "in the child: texts that its reader found",
    "portal/cli/acro_folder.py": "in a workspace: its person's own program and their own file",
    "python/haven/checking.py": "in a notebook: bytes that it has just written itself",
}


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        yield relative(path), ast.parse(path.read_text())


def nodes(kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[tuple[str, ast.AST]]:
    for name, tree in trees():
        yield from ((name, node) for node in ast.walk(tree) if isinstance(node, kind))


def test_no_module_is_longer_than_300_lines():
    lengths = {relative(path): len(path.read_text().splitlines()) for path in MODULES}

    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_40_lines_and_its_contract():
    lengths = {
        f"{name}:{node.name}": node.end_lineno - node.lineno + 1 - docstring_lines(node)
        for name, node in nodes((ast.FunctionDef, ast.AsyncFunctionDef))
    }

    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return first.end_lineno - first.lineno + 1 if is_text else 0


@pytest.mark.slow
def test_everything_is_caught_only_at_the_boundaries_of_a_process():
    broad = {
        name
        for name, node in nodes(ast.ExceptHandler)
        if node.type is None
        or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
    }

    assert broad - set(CATCH_ALL) == set()


@pytest.mark.slow
def test_http_errors_are_raised_in_the_web_layer_only():
    raised = {
        name
        for name, node in nodes(ast.Name)
        if node.id == "HTTPException" and "/web/" not in name and not name.startswith("portal/")
    }

    assert raised == set()


def test_only_use_cases_commit():
    committing = {
        name
        for name, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and name.startswith(("output_checker", "registry"))
        and "/application/" not in name
    }

    assert committing <= {
        "output_checker/adapters/database/unit_of_work.py",
        "registry/adapters/database/unit_of_work.py",
        "registry/adapters/database/sign_ins.py",
    }


def test_log_events_are_constant_texts():
    methods = {"debug", "info", "warning", "error", "exception", "critical"}
    computed = [
        f"{name}:{node.lineno}"
        for name, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"log", "logger"}
        and node.args
        and not isinstance(node.args[0], ast.Constant)
    ]

    assert computed == []


@pytest.mark.parametrize("word", ["|safe", "| safe", "Markup("])
def test_no_template_marks_text_as_safe(word):
    templates = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.html")]
    marked = [relative(path) for path in templates if word in path.read_text()]

    assert templates
    assert marked == []


def test_no_package_has_logic_in_its_init():
    heavy = [
        relative(path)
        for path in MODULES
        if path.name == "__init__.py"
        and any(
            isinstance(n, ast.FunctionDef | ast.ClassDef) for n in ast.parse(path.read_text()).body
        )
    ]

    assert heavy == []


def test_no_file_is_a_drawer_for_everything():
    drawers = {"utils", "helpers", "common", "base", "manager", "core"}

    assert [relative(path) for path in MODULES if path.stem in drawers] == []


def test_hostile_bytes_are_parsed_by_the_confined_child_only():
    users = set()
    for name, node in nodes((ast.Import, ast.ImportFrom)):
        names = {one.name for one in node.names}
        module = (getattr(node, "module", None) or "").rpartition(".")[2]
        # The names of files are no danger; the modules themselves, and their `read`, are.
        if READERS & {one.rpartition(".")[2] for one in names} or (
            module in READERS and "read" in names
        ):
            users.add(name)

    assert users == MAY_READ.keys()
