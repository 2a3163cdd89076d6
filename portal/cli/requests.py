"""`haven requests`: one's own requests from anywhere, by the API and a personal token."""

import stat
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn
from urllib.parse import quote, urlsplit

import httpx2
import typer

from output_checker.disclosure.report_table import plain
from portal.cli.help_options import HELP

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_UNAVAILABLE = 3
_SECONDS: Final = 30.0
_OURSELVES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ID_LETTERS: Final = 32

Url = Annotated[str, typer.Option(envvar="HAVEN_URL", help="Where browsers find Haven")]
TokenFile = Annotated[
    Path,
    typer.Option(envvar="HAVEN_TOKEN_FILE", help="Holds a token made on the page /tokens"),
]
RequestId = Annotated[str, typer.Argument(help="Its whole number, as `list` shows it")]


@app.callback()
def requests() -> None:
    """Your requests, over the API. Exit status: 0 done, 1 refused, 2 wrong use, 3 no answer."""


@app.command("list")
def list_requests(*, url: Url, token_file: TokenFile) -> None:
    """List your requests, the newest first."""
    for one in _ask(url, token_file, "GET", "requests")["requests"]:
        typer.echo(_line(one))


@app.command()
def show(request_id: RequestId, *, url: Url, token_file: TokenFile) -> None:
    """Show a request: its files, what was found in them, and what was said."""
    found = _ask(url, token_file, "GET", f"requests/{_known(request_id)}")
    typer.echo(_line(found["summary"]))
    if found["frozen"]:
        typer.echo(f"  {plain(found['frozen'])}")
    for file in found["files"]:
        typer.echo(f"  {file['verdict']:<8}{plain(file['name'])}")
        for finding in file["findings"]:
            words = f"{finding['rule']}: {plain(finding['where'])}: {plain(finding['reason'])}"
            typer.echo(f"    {finding['verdict']:<8}{words}")
    for vote in found["votes"]:
        typer.echo(f"  {vote['checker']} {vote['vote']}: {plain(vote['comment'])}")
    for link in found["links"]:
        typer.echo(f"  link for {link['recipient']}: {link['why_closed'] or 'works'}")


@app.command()
def withdraw(request_id: RequestId, *, url: Url, token_file: TokenFile) -> None:
    """Take a request back."""
    found = _ask(url, token_file, "POST", f"requests/{_known(request_id)}/withdraw")
    typer.echo(_line(found["summary"]))


def _line(summary: dict[str, Any]) -> str:
    words = f"{summary['request_id']}  {summary['project_id']}  {summary['state']}"
    return f"{words}  {plain(summary['message'])}".rstrip()


def _known(request_id: str) -> str:
    if len(request_id) != _ID_LETTERS:
        _stop(f"A request's number has {_ID_LETTERS} letters and digits.", EXIT_USAGE)
    return quote(request_id, safe="")


def _ask(url: str, token_file: Path, method: str, path: str) -> dict[str, Any]:
    host, is_encrypted = _place(url)
    if not is_encrypted and host not in _OURSELVES:
        _stop("The token would cross the network in the clear: give an https address.", EXIT_USAGE)
    headers = {"Authorization": f"Bearer {_token(token_file)}"}
    address = f"{url.rstrip('/')}/api/v1/{path}"
    try:
        answer = httpx2.request(
            method,
            address,
            headers=headers,
            timeout=_SECONDS,
            # No proxy stands between us and ourselves; SSL_CERT_FILE holds all the same.
            trust_env=host not in _OURSELVES,
            verify=httpx2.create_ssl_context(),
        )
        content = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        _stop(f"Haven does not answer at {url}.", EXIT_UNAVAILABLE)
    if answer.is_error:
        detail = content.get("detail", "") if isinstance(content, dict) else ""
        _stop(f"{plain(str(detail))} ({answer.status_code})", EXIT_REFUSED)
    found: dict[str, Any] = content
    return found


def _place(url: str) -> tuple[str | None, bool]:
    """The host, and whether the way there is encrypted."""
    try:
        where = urlsplit(url)
    except ValueError:
        _stop(f"{plain(url)} is no address.", EXIT_USAGE)
    return where.hostname, where.scheme == "https"


def _token(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        token = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        _stop(f"{path} is not there, or may not be read.", EXIT_USAGE)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        _stop(f"Others may read {path}. Run: chmod 600 {path}", EXIT_USAGE)
    if not token.isascii() or not token.isprintable() or not token:
        _stop(f"{path} holds no token.", EXIT_USAGE)
    return token


def _stop(words: str, status: int) -> NoReturn:
    typer.echo(f"haven: {words}", err=True)
    raise typer.Exit(status)
