"""`haven submit`, `status` and `withdraw`: what a researcher runs inside a workspace.

A workspace has no network: what is asked for is a file in /outputs/.haven, and the answer is a
file in /run/haven. Standard library only.

Exit status: 0 pass, 10 review, 20 fail, 2 the command or the request is wrong, 3 no answer yet.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.json_files import read_json, why_not
from portal.cli.acro_folder import is_session, session_files
from portal.cli.mailbox import Mailbox, NoAnswer, WrongRequest
from portal.cli.workspace_words import plain, progress, report_lines, request_lines

EXIT_BY_VERDICT: Final = {"pass": 0, "review": 10, "fail": 20}
EXIT_USAGE: Final = 2
EXIT_NO_ANSWER: Final = 3


def submit(args: Sequence[str], prog_name: str) -> int:
    """Ask to take files out, or with --check only have them judged."""
    return _run(_submit, _submit_arguments(prog_name), args)


def status(args: Sequence[str], prog_name: str) -> int:
    parser = _parser(prog_name, "How your requests stand, and where to collect what is released.")
    parser.add_argument("request_id", nargs="?", help="only this request")
    return _run(_status, parser, args)


def withdraw(args: Sequence[str], prog_name: str) -> int:
    parser = _parser(prog_name, "Take a request back before it is released.")
    parser.add_argument("request_id", help="as `haven status` shows it")
    return _run(_withdraw, parser, args)


def _submit_arguments(prog_name: str) -> argparse.ArgumentParser:
    parser = _parser(prog_name, "Ask to take files out of the workspace.")
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        help="files beneath the outputs directory, or folders of ACRO sessions",
    )
    parser.add_argument("--context", default="", help="what the files show and how they were made")
    parser.add_argument("--context-file", type=Path, help="a text file that says so")
    parser.add_argument(
        "--recipient", action="append", default=[], help="who may collect them; you, if not given"
    )
    parser.add_argument("--dataset", help="the dataset the tables come from")
    parser.add_argument(
        "--spec", type=Path, help="JSON: what the tables are; FILE.spec.json if not given"
    )
    parser.add_argument("--request", help="submit again for this request, which was returned")
    parser.add_argument(
        "--check", action="store_true", help="have the files judged, without submitting them"
    )
    return parser


def _parser(prog_name: str, words: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog_name, description=words)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _run(action: Any, parser: argparse.ArgumentParser, args: Sequence[str]) -> int:
    given = parser.parse_args(args)
    try:
        result: int = action(Mailbox.of_this_workspace(), given)
    except WrongRequest as wrong:
        _say(f"{parser.prog}: {wrong}", stream=sys.stderr)
        return EXIT_USAGE
    except NoAnswer as waiting:
        _say(f"{parser.prog}: {waiting}", stream=sys.stderr)
        return EXIT_NO_ANSWER
    return result


def _submit(mailbox: Mailbox, given: argparse.Namespace) -> int:
    files = [
        {"path": mailbox.relative(file), "spec": spec, "dataset": given.dataset}
        for named in given.files
        for file, spec in _expanded(mailbox, named, given)
    ]
    manifest = {
        "version": 1,
        "action": "check" if given.check else "submit",
        "files": files,
        "context": _context(given),
        "recipients": given.recipient,
    }
    if given.request:
        manifest["request_id"] = mailbox.full_id(given.request)
    return _ask(mailbox, manifest, given.format)


def _withdraw(mailbox: Mailbox, given: argparse.Namespace) -> int:
    request_id = mailbox.full_id(given.request_id)
    manifest = {"version": 1, "action": "withdraw", "request_id": request_id}
    answer = mailbox.ask(manifest, progress("Waiting for an answer"))
    _show(answer, given.format, [plain(answer.get("message"))])
    return 0 if answer.get("state") == "withdrawn" else EXIT_USAGE


def _status(mailbox: Mailbox, given: argparse.Namespace) -> int:
    requests = mailbox.requests()
    if given.request_id:
        wanted = mailbox.full_id(given.request_id)
        requests = [request for request in requests if request.get("request_id") == wanted]
    if given.format == "json":
        _say(json.dumps(requests, indent=1))
    else:
        for line in request_lines(requests):
            _say(line)
    return 0


def _ask(mailbox: Mailbox, manifest: Mapping[str, Any], output_format: str) -> int:
    answer = mailbox.ask(manifest, progress("Checking the files"))
    _show(answer, output_format, report_lines(answer))
    if answer.get("state") == "refused":
        return EXIT_USAGE
    # An answer without a verdict is not a pass.
    return EXIT_BY_VERDICT.get(str(answer.get("verdict")), EXIT_BY_VERDICT["fail"])


def _show(answer: Mapping[str, Any], output_format: str, lines: Sequence[str]) -> None:
    _say(json.dumps(answer, indent=1) if output_format == "json" else "\n".join(lines))


def _context(given: argparse.Namespace) -> str:
    if given.context_file is None:
        return str(given.context)
    if given.context:
        raise WrongRequest("give --context or --context-file, not both")
    return _read(given.context_file)


def _expanded(
    mailbox: Mailbox, named: Path, given: argparse.Namespace
) -> Iterator[tuple[Path, Any]]:
    """A file and what it is; of an ACRO session all its files, each as the record has it."""
    place = mailbox.outputs / mailbox.relative(named)
    if is_session(place):
        yield from session_files(place)
    else:
        yield named, _spec_of(named, given)


def _spec_of(file: Path, given: argparse.Namespace) -> Any:
    """What a file's table is: as said for all of them, or in `NAME.spec.json` beside the file."""
    beside = file.with_name(f"{file.name}.spec.json")
    return _read_spec(given.spec or (beside if beside.is_file() else None))


def _read_spec(path: Path | None) -> Any:
    if path is None:
        return None
    try:
        return read_json(path)
    except UnicodeDecodeError:
        raise WrongRequest(f"{path} is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise WrongRequest(f"{path} is not JSON{why_not(error)}") from None
    except OSError as error:
        raise WrongRequest(f"{path}: {error.strerror}") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongRequest(f"{path} is not UTF-8 text") from None
    except OSError as error:
        raise WrongRequest(f"{path}: {error.strerror}") from None


def _say(line: str, stream: Any = None) -> None:
    print(line, file=stream or sys.stdout)


if __name__ == "__main__":
    _names = {"submit": submit, "status": status, "withdraw": withdraw}
    if sys.argv[1:2] and sys.argv[1] in _names:
        sys.exit(_names[sys.argv[1]](sys.argv[2:], f"haven {sys.argv[1]}"))
    sys.exit("usage: python -m portal.cli.workspace submit|status|withdraw ...")
