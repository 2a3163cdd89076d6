"""Answers of the worker as lines for a terminal."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from output_checker.disclosure.model import FileReport, Finding, Report, Verdict
from output_checker.disclosure.report import FIXES, as_text


def progress(words: str) -> Callable[[], None]:
    """A line that is rewritten while somebody waits; silent where nobody watches."""
    began = time.monotonic()
    if not sys.stderr.isatty():
        return lambda: None

    def tick() -> None:
        sys.stderr.write(f"\r{words} ... {time.monotonic() - began:.0f} s\r")
        sys.stderr.flush()

    return tick


def report_lines(answer: Mapping[str, Any]) -> list[str]:
    """Findings as `haven check` shows them, then what became of the request."""
    lines = []
    if report := answer.get("report"):
        width = shutil.get_terminal_size((100, 24)).columns
        lines += [as_text(report_of(report), colour=sys.stdout.isatty(), width=width), ""]
    lines.append(plain(answer.get("message")))
    if request_id := answer.get("request_id"):
        lines.append(f"Request {plain(request_id)[:8]} is {plain(answer.get('state'))}.")
    return [*lines, *next_lines(answer)]


def next_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """What its author could do now, and where its page is."""
    state, is_failing = answer.get("state"), answer.get("verdict") == "fail"
    if state == "submitted":
        yield "Checkers look at the files next; haven status shows how it stands."
    elif state == "draft" and is_failing:
        yield "Mend what the findings name, and submit again."
        for file in (answer.get("report") or {}).get("files", ()):
            if fix := file.get("fix"):
                yield f"`{plain(fix)}` {FIXES}."
    elif state == "draft":
        yield "When nothing is missing, submit it with haven submit or the form on its page."
    if page := plain(answer.get("page")):
        yield f"Its page: {page}"


def request_lines(requests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not requests:
        yield (
            "No requests yet. Write files to /outputs, then: "
            "haven submit FILE --context WORDS --controls WORDS"
        )
        return
    yield f"{'Request':<10}{'State':<15}{'Verdict':<9}Last change"
    for request in requests:
        yield (
            f"{plain(request.get('request_id'))[:8]:<10}{plain(request.get('state')):<15}"
            f"{plain(request.get('verdict')):<9}{plain(request.get('at'))[:16]}"
        )
        if message := plain(request.get("message")):
            yield f"  {message}"
        if rerun := request.get("rerun"):
            yield f"  {_of_rerun(rerun)}"
        for link in request.get("links") or ():
            place = link.get("address") or "see the portal"
            yield f"  {plain(link.get('file'))} for {plain(link.get('recipient'))}: {plain(place)}"


def _of_rerun(rerun: Mapping[str, Any]) -> str:
    said = f"Notebook run again: {plain(rerun.get('state')).replace('_', ' ')}"
    if rerun.get("cell"):
        return f"{said} in cell {plain(rerun['cell'])} ({plain(rerun.get('error'))})"
    counts = rerun.get("outcomes") or {}
    made = ", ".join(f"{plain(count)} {plain(name)}" for name, count in counts.items() if count)
    return f"{said}; {made}" if made else said


def plain(value: object) -> str:
    """Text that cannot steer a terminal."""
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def report_of(spoken: Mapping[str, Any]) -> Report:
    """A report as an answer holds it; it has no previews."""
    return Report(
        verdict=Verdict(spoken["verdict"]),
        policy=spoken["policy"],
        files=tuple(
            FileReport(
                file=file["file"],
                sha256=file["sha256"],
                verdict=Verdict(file["verdict"]),
                findings=tuple(
                    Finding(**finding | {"verdict": Verdict(finding["verdict"])})
                    for finding in file["findings"]
                ),
            )
            for file in spoken["files"]
        ),
    )
