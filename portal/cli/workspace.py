"""`haven submit`, `status` and `withdraw`: what a researcher runs inside a workspace.

A workspace has no network: what is asked for is a file in /outputs/.haven, and the answer is a
file in /run/haven. Standard library only.

Exit status: 0 pass, 10 review, 20 fail, 2 the command or the request is wrong, 3 no answer yet.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from portal.cli import release_file
from portal.cli.asking import Asked, manifest_of, read_spec, read_text, withdrawal_of
from portal.cli.mailbox import Mailbox, NoAnswer, WrongRequest
from portal.cli.workspace_words import plain, progress, report_lines, request_lines

EXIT_BY_VERDICT: Final = {"pass": 0, "review": 10, "fail": 20}
EXIT_USAGE: Final = 2
EXIT_NO_ANSWER: Final = 3


def submit(args: Sequence[str], prog_name: str) -> int:
    """Ask to take files out, or with --check only have them judged."""
    return _run(_submit, submit_arguments(prog_name), args)


def status(args: Sequence[str], prog_name: str) -> int:
    parser = _parser(prog_name, "How your requests stand, and where to collect what is released.")
    parser.add_argument("request_id", nargs="?", help="only this request")
    return _run(_status, parser, args)


def withdraw(args: Sequence[str], prog_name: str) -> int:
    parser = _parser(prog_name, "Take a request back before it is released.")
    parser.add_argument("request_id", help="as `haven status` shows it")
    return _run(_withdraw, parser, args)


def submit_arguments(prog_name: str) -> argparse.ArgumentParser:
    parser = _parser(prog_name, "Ask to take files out of the workspace.")
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        help="files beneath the outputs directory, or folders of ACRO sessions; "
        "without any, what release.toml there names",
    )
    parser.add_argument("--release", type=Path, help="a release file of another name")
    parser.add_argument(
        "--supporting",
        action="append",
        default=[],
        type=Path,
        help="a file that checkers are shown and that is never released",
    )
    parser.add_argument(
        "--code", action="append", default=[], type=Path, help="a program, shown like that too"
    )
    parser.add_argument("--notebook", type=Path, help="what makes the files; it is run again")
    parser.add_argument("--context", default="", help="what the files show and how they were made")
    parser.add_argument("--context-file", type=Path, help="a text file that says so")
    parser.add_argument(
        "--controls", default="", help="what was done to protect people and firms in them"
    )
    parser.add_argument(
        "--recipient", action="append", default=[], help="who may collect them; you, if not given"
    )
    _about_arguments(parser)
    return parser


def _about_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--class",
        dest="release_class",
        choices=release_file.CLASSES,
        help="what the release is for; by the kinds of files, if not given",
    )
    parser.add_argument("--dataset", help="the dataset the tables come from")
    parser.add_argument(
        "--spec", type=Path, help="JSON: what the tables are; FILE.spec.json if not given"
    )
    parser.add_argument("--request", help="submit again for this request, which was returned")
    parser.add_argument(
        "--check", action="store_true", help="have the files judged, without submitting them"
    )


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
    return _ask(mailbox, manifest_of(mailbox, asked_of(given)), given.format)


def asked_of(given: argparse.Namespace) -> Asked:
    """What a line says. Raises: WrongRequest."""
    return Asked(
        files=given.files,
        release=given.release,
        supporting=given.supporting,
        code=given.code,
        notebook=given.notebook,
        context=_context(given),
        controls=given.controls,
        recipients=given.recipient,
        release_class=given.release_class,
        dataset=given.dataset,
        spec=read_spec(given.spec) if given.spec else None,
        request_id=given.request,
        is_check=given.check,
    )


def _withdraw(mailbox: Mailbox, given: argparse.Namespace) -> int:
    manifest = withdrawal_of(mailbox, given.request_id)
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
    return read_text(given.context_file)


def _say(line: str, stream: Any = None) -> None:
    print(line, file=stream or sys.stdout)


if __name__ == "__main__":
    _names = {"submit": submit, "status": status, "withdraw": withdraw}
    if sys.argv[1:2] and sys.argv[1] in _names:
        sys.exit(_names[sys.argv[1]](sys.argv[2:], f"haven {sys.argv[1]}"))
    sys.exit("usage: python -m portal.cli.workspace submit|status|withdraw ...")
