"""The whole way once, as its people would walk it: used by `haven demo` and by the tests.

Each method is one step and returns the facts that a reader or a test wants to see. Nothing is
called that a person could not reach, but for the last step, which plays the attacker with the
database's superuser.
"""

import json
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.client.browser import Browser
from hub.client.kernel import Kernel
from infra import admin
from infra.compose import execute
from infra.demo import accounts, data, pages, second_factor
from infra.demo.independent import SealedObject, inspect_and_attack
from infra.demo.notebook import notebook
from infra.errors import CommandFailed, NotReady
from infra.instance import Instance

OUTPUTS = {
    "a": "earnings_by_age.csv",
    "b": "benefits_by_sector.csv",
    "c": "some_people.csv",
    "d": "earnings_by_age.png",
}
CONTROLS = "Bands under 10 people merged; no cell shows fewer"
CONTEXT = (
    "Mean yearly earnings by age band and sex, for the report's first figure. "
    "Made by story.ipynb from labour-market 1.0.0; no filter, no weights."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came back for files handed in.

    Attributes:
        seconds: From the command to its findings.
        verdicts: File -> pass, review or fail.
        findings: File -> its findings, as in the engine's JSON.
    """

    seconds: float
    request_id: str | None
    state: str
    verdicts: dict[str, str]
    findings: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """How the review went.

    Attributes:
        author_status: What the author, who is also a checker, got for a vote of their own.
        after_one: The request's state after one approval.
        after_two: And after the second.
    """

    author_status: int
    after_one: str
    after_two: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the recipient fetched, and what a stranger to the link got."""

    files: dict[str, str]
    stranger_status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the ledger's check said of the ledger as it is, and of one with a row altered."""

    intact: str
    altered: str
    altered_status: int
    altered_seq: int


@dataclass(slots=True, kw_only=True)
class Story:
    instance: Instance
    password: str
    browsers: dict[str, Browser] = field(default_factory=dict)
    kernel: Kernel | None = None
    _opened: list[Browser] = field(default_factory=list)

    # 1
    def make_data(self) -> dict[str, Path]:
        return data.ensure(self.instance)

    # 2
    def provision(self) -> str:
        """Apply both project files; returns what each changed."""
        files = (
            accounts.project_file(self.instance),
            accounts.second_project_file(self.instance),
        )
        return "".join(
            admin.output_of(self.instance, "project", "apply", str(path)) for path in files
        )

    def provision_wrongly(self, folder: Path) -> tuple[int, str]:
        """Apply a file with mistakes; returns the status and what was said."""
        text = accounts.project_file(self.instance).read_text()
        wrong = folder / "wrong.yaml"
        wrong.write_text(text.replace("ends_on:", "end_on:").replace("- chidi", "- nobody"))
        try:
            return 0, admin.output_of(self.instance, "project", "apply", str(wrong))
        except CommandFailed as failure:
            return failure.status, failure.output

    # 3
    def sign_in(self, username: str) -> Browser:
        browser = Browser(self.instance.public_url, username, self.instance.trusted)
        second_factor.sign_in(self.instance, browser, self.password)
        self._opened.append(browser)
        self.browsers[username] = browser
        return browser

    def open_workspace(self) -> float:
        browser = self.sign_in(accounts.RESEARCHER)
        seconds = browser.open_workspace(accounts.PROJECT)
        self.kernel = Kernel(browser, accounts.PROJECT)
        return seconds

    # 4
    def run_notebook(self) -> list[str]:
        """Upload the notebook as JupyterLab would, and run it with papermill."""
        researcher = self.browsers[accounts.RESEARCHER]
        body = {"type": "notebook", "format": "json", "content": notebook()}
        researcher.api(
            accounts.PROJECT, "PUT", "api/contents/story.ipynb", json=body
        ).raise_for_status()
        self.shell("cd ~ && papermill --no-progress-bar story.ipynb story-run.ipynb")
        return self.shell("ls /outputs").split()

    # 5
    def check_locally(self, name: str) -> dict[str, Any]:
        """`haven check` in the workspace itself, on one file."""
        spec = f"--spec {name}.spec.json" if name in (OUTPUTS["a"], OUTPUTS["b"]) else ""
        command = (
            f"cd /outputs && haven check {name} {spec} --entity nino --format json "
            "--source /data/labour-market/people.parquet || true"
        )
        return dict(json.loads(self.shell(command)))

    def hand_in(self, *letters: str, context: str = "") -> Checked:
        """`haven submit` in the workspace; returns what came back."""
        names = " ".join(OUTPUTS[letter] for letter in letters)
        said = f"--context {json.dumps(context)} --controls {json.dumps(CONTROLS)}"
        said = said if context else ""
        started = time.monotonic()
        text = self.shell(f"cd /outputs && haven submit {names} {said} --format json || true")
        return _checked(json.loads(text), time.monotonic() - started)

    # 6
    def review(self, request_id: str) -> Reviewed:
        author = self.browsers[accounts.RESEARCHER]
        author_status = pages.vote(author, request_id, "approve").status_code
        first = self.sign_in(accounts.FIRST_CHECKER)
        pages.vote(first, request_id, "approve").raise_for_status()
        after_one = pages.state(first, request_id)
        second = self.sign_in(accounts.SECOND_CHECKER)
        pages.vote(second, request_id, "approve").raise_for_status()
        return Reviewed(
            author_status=author_status,
            after_one=after_one,
            after_two=pages.state(second, request_id),
        )

    # 7
    def wait_for_release(self, request_id: str, *, seconds: float = 60) -> float:
        started = time.monotonic()
        researcher = self.browsers[accounts.RESEARCHER]
        while pages.state(researcher, request_id) != "released":
            if time.monotonic() - started > seconds:
                raise NotReady(f"Request {request_id} was not released in {seconds:.0f} s")
            time.sleep(0.2)
        return time.monotonic() - started

    def collect(self, request_id: str) -> Collected:
        """The recipient follows each link; a colleague tries the first one too."""
        researcher = self.browsers[accounts.RESEARCHER]
        links = pages.links(researcher, request_id)
        colleague = self.browsers[accounts.FIRST_CHECKER]
        stranger = colleague.http.post(f"{links[0]}/download")
        files = {}
        for link in links:
            name, content = pages.download(researcher, link)
            files[name] = sha256(content).hexdigest()
        return Collected(files=files, stranger_status=stranger.status_code)

    def look_independently(self, request_id: str) -> list[SealedObject]:
        return inspect_and_attack(self.instance, f"{accounts.PROJECT}/{request_id}/")

    # 8
    def verify_ledger(self) -> Verified:
        """Check the ledger, alter one row as the superuser, check again, and put it back."""
        intact = self._verify()[1]
        seq = int(self._as_superuser("select max(seq) - 1 from ledger"))
        was = self._as_superuser(f"select actor from ledger where seq = {seq}")  # noqa: S608
        self._alter(seq, "nobody-at-all")
        try:
            status, altered = self._verify()
        finally:
            self._alter(seq, was)
        return Verified(intact=intact, altered=altered, altered_status=status, altered_seq=seq)

    def close(self) -> None:
        if self.kernel:
            self.kernel.__exit__(None, None, None)
        for browser in self._opened:
            browser.http.close()

    def shell(self, command: str) -> str:
        """Run a command line in the workspace, as typed after `!` in a notebook.

        Raises:
            NotReady: The command failed; with the end of what it printed.
        """
        code = (
            "import subprocess\n"
            f"done = subprocess.run({command!r}, shell=True, capture_output=True, text=True)\n"
            "print(done.stdout, end='')\n"
            "assert done.returncode == 0, done.stdout[-500:] + done.stderr[-1500:]"
        )
        result = self._kernel().run(code)
        if result.error:
            raise NotReady(f"`{command}` failed in the workspace: {result.error}")
        return result.text

    def _kernel(self) -> Kernel:
        if self.kernel is None:
            raise NotReady("The workspace is not open yet")
        return self.kernel

    def _verify(self) -> tuple[int, str]:
        try:
            return 0, admin.output_of(self.instance, "ledger", "verify")
        except CommandFailed as failure:
            return failure.status, failure.output

    def _alter(self, seq: int, actor: str) -> None:
        change = f"update ledger set actor = '{actor}' where seq = {seq}"  # noqa: S608  an attack
        self._as_superuser(f"begin; set local session_replication_role = replica; {change}; commit")

    def _as_superuser(self, sql: str) -> str:
        return execute(
            self.instance, "database",
            "psql", "--host=/tmp", "--username=postgres", "--dbname=haven", "--quiet",
            "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", sql,
        ).strip()  # fmt: skip


def _checked(answer: dict[str, Any], seconds: float) -> Checked:
    files = (answer.get("report") or {}).get("files", [])
    return Checked(
        seconds=seconds,
        request_id=answer.get("request_id"),
        state=str(answer.get("state")),
        verdicts={file["file"]: file["verdict"] for file in files},
        findings={file["file"]: file["findings"] for file in files},
    )
