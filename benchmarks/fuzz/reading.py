"""Read one malformed file as in production, and look at everything it could have changed."""

import os
import signal
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.fuzz.broken import Malformed
from benchmarks.fuzz.watched import Ended, Watched, children_of
from benchmarks.leaks.made import make_people
from output_checker.disclosure import report_pages
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.model import Report, Source
from output_checker.disclosure.policies.load import load
from output_checker.disclosure.readers import kinds, sandbox
from output_checker.disclosure.report import as_json, as_text

SECONDS: Final = 10.0
MEMORY: Final = 2**30
_PEOPLE: Final = 2_000
_LIMITS: Final = ("more memory", "nested more deeply", "too long", "unfolds into more text",
                  "more than can be checked")  # fmt: skip
_CRASHES: Final = ("the reader stopped before", "no usable answer", "could not be started")


class Outcome(StrEnum):
    READ = "read"
    REFUSED = "refused"
    LIMIT = "limit"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came of a file.

    Attributes:
        seconds: To read it.
        judged_seconds: Of the whole engine, which asks the dataset about every table in the file.
        status: Of the child, as `Ended` has it.
        verdict: Of the whole engine; "" where the file did not go through it.
        broken: The promises that it broke, in words.
    """

    name: str
    kind: str
    outcome: Outcome
    reason: str
    seconds: float
    judged_seconds: float
    peak_bytes: int
    status: int
    verdict: str
    broken: tuple[str, ...]


class Bench:
    """Puts a watched sandbox in the place of the one in use, for as long as it is entered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._undo = ExitStack()
        self._policy = load("sacro-10")

    def __enter__(self) -> Self:
        people = make_people(self._folder, _PEOPLE)
        self._source = Source(
            name="people", path=people.path, entity="case", identifiers=("case", "nino")
        )
        places = [self._folder / name for name in ("outputs", "temporary", "current")]
        for place in places:
            place.mkdir()
        self._outputs, temporary, current = places
        self._undo.callback(os.chdir, Path.cwd())
        os.chdir(current)
        self._undo.callback(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = str(temporary)
        self._undo.callback(setattr, sandbox, "SHARED", sandbox.SHARED)
        self._own = {*children_of(os.getpid())}
        self.sandbox = Watched(self._folder)
        sandbox.SHARED = self.sandbox
        self._undo.callback(self.sandbox.close)
        self.warm()
        self._watched = (temporary, current, Path("/"))
        self._listed = self._listing()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def warm(self) -> None:
        """Load every reader, so that what follows is the price of a file; open all descriptors."""
        for kind in kinds.BY_NAME:
            with suppress(Unreadable):
                self.sandbox.read(kind, b"")
            self.sandbox.news()
        path = self._outputs / "warm.csv"
        path.write_bytes(b"a\n1\n")
        check_files([path], sources=[self._source], specs={}, policy=self._policy)
        self.sandbox.news()
        self._nursery = self.sandbox.nursery
        self._descriptors = _descriptors()

    def read(self, file: Malformed, *, whole: bool) -> Read:
        """Args: whole: Through the engine as well."""
        broken: list[str] = []
        begun = time.perf_counter()
        outcome, reason = self._alone(file, broken)
        seconds = time.perf_counter() - begun
        ended = self.sandbox.news()
        verdict, judged = "", 0.0
        if whole or outcome is Outcome.CRASHED:
            begun = time.perf_counter()
            verdict = self._judged(file, outcome, broken)
            judged = time.perf_counter() - begun
            ended += self.sandbox.news(seconds=1.0)
        broken += self._changed(seconds, ended)
        return Read(
            name=file.name, kind=file.kind, outcome=outcome, reason=reason,
            seconds=round(seconds, 3), judged_seconds=round(judged, 3),
            peak_bytes=max((one.peak_bytes for one in ended), default=0),
            status=ended[0].status if ended else 0, verdict=verdict, broken=tuple(broken),
        )  # fmt: skip

    def _alone(self, file: Malformed, broken: list[str]) -> tuple[Outcome, str]:
        try:
            self.sandbox.read(file.kind, file.data)
        except Unreadable as refused:
            said = refused.reason
            if any(words in said for words in _CRASHES):
                return Outcome.CRASHED, said
            if any(words in said for words in _LIMITS):
                return Outcome.LIMIT, said
            if not said.strip():
                broken.append("refused without words")
            return Outcome.REFUSED, said
        except Exception as error:  # noqa: BLE001 - what the bench is there to find
            broken.append(f"the parent raised {type(error).__name__}")
            return Outcome.CRASHED, type(error).__name__
        return Outcome.READ, ""

    def _judged(self, file: Malformed, outcome: Outcome, broken: list[str]) -> str:
        """The engine's verdict; a file that could not be read must fail, in words."""
        path = self._outputs / file.name
        path.write_bytes(file.data)
        try:
            report = check_files([path], sources=[self._source], specs={}, policy=self._policy)
            broken += _unprintable(report)
        except Exception as error:  # noqa: BLE001 - what the bench is there to find
            broken.append(f"the engine raised {type(error).__name__}")
            return "none"
        finally:
            path.unlink()
        [judged] = report.files
        if any(one.rule == "not-checked" for one in judged.findings):
            broken.append(f"the engine gave up: {judged.findings[0].reason}")
        if outcome is not Outcome.READ and (judged.verdict != "fail" or not judged.findings):
            broken.append(f"not read, and the verdict is {judged.verdict}")
        if any(not one.reason.strip() for one in judged.findings):
            broken.append("a finding without words")
        return str(judged.verdict)

    def _changed(self, seconds: float, ended: list[Ended]) -> list[str]:
        found = []
        if seconds > SECONDS:
            found.append(f"took {seconds:.1f} s")
        if not ended:
            found.append("nobody knows how its child ended")
        for one in ended:
            if one.peak_bytes > MEMORY:
                found.append(f"took {one.peak_bytes >> 20} MiB")
            if one.status == -signal.SIGSYS:
                found.append("its child asked the kernel for what a reader has no need of")
        if self.sandbox.nursery != self._nursery:
            found.append("the nursery is another one")
            self._nursery = self.sandbox.nursery
        if left := children_of(self._nursery):
            found.append(f"{len(left)} children are left")
        if (now := _descriptors()) != self._descriptors:
            found.append(f"{now - self._descriptors} descriptors are left open")
            self._descriptors = now
        return found

    def left_behind(self) -> list[str]:
        """What stands in the watched folders that did not at first."""
        new = self._listing() - self._listed
        strange = {*children_of(os.getpid())} - self._own
        return [*(f"made {one}" for one in sorted(new)),
                *(f"process {one} is left" for one in strange if one != self._nursery)]  # fmt: skip

    def _listing(self) -> set[str]:
        return {str(one) for place in self._watched for one in place.iterdir()} | {
            str(one) for one in self._outputs.iterdir() if one.name != "warm.csv"
        }


def _descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


def _unprintable(report: Report) -> list[str]:
    """A report has to get into a database, a page and a terminal."""
    found = [] if "\\u0000" not in as_json(report) else ["a NUL in the report"]
    for write in (as_text, report_pages.as_markdown, report_pages.as_html):
        written: Any = write(report)
        try:
            written.encode()
        except UnicodeEncodeError:
            found.append(f"{write.__name__} cannot be written as UTF-8")
    return found
