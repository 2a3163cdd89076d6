"""What the worker said, as a notebook shows it: text, and tables that run and load nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from output_checker.disclosure import report_pages
from output_checker.disclosure.model import Report, Verdict
from portal.cli.workspace_words import next_lines, plain, report_lines, report_of, request_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of files that were handed in; shown beneath a cell with its findings.

    Attributes:
        answer: As the worker gave it; `haven submit --format json` prints the same.
    """

    answer: Mapping[str, Any]

    @property
    def request_id(self) -> str | None:
        return self.answer.get("request_id")

    @property
    def state(self) -> str:
        return str(self.answer.get("state"))

    @property
    def verdict(self) -> Verdict:
        """The worst of the files; `fail` where nothing was judged."""
        said = self.answer.get("verdict")
        return Verdict(said) if said in set(Verdict) else Verdict.FAIL

    @property
    def message(self) -> str:
        return plain(self.answer.get("message"))

    @property
    def page(self) -> str:
        """The address of the request's page; "" where it is not known."""
        return plain(self.answer.get("page"))

    @property
    def report(self) -> Report | None:
        spoken = self.answer.get("report")
        return report_of(spoken) if spoken else None

    def __repr__(self) -> str:
        return "\n".join(report_lines(self.answer))

    def _repr_html_(self) -> str:
        findings = report_pages.as_fragment(self.report) if self.report else ""
        where = f"Request {plain(self.request_id)[:8]} is {self.state}." if self.request_id else ""
        lines = [self.message, where, *next_lines(self.answer)]
        said = "".join(f"<p>{escape(plain(line))}</p>" for line in lines if line)
        return report_pages.styled(f'{findings}<div class="haven">{said}</div>')


@dataclass(frozen=True, slots=True)
class Requests(Sequence[Mapping[str, Any]]):
    """Requests of this workspace, the one that changed last first."""

    requests: Sequence[Mapping[str, Any]]

    def __len__(self) -> int:
        return len(self.requests)

    def __getitem__(self, at: Any) -> Any:
        return self.requests[at]

    def __repr__(self) -> str:
        return "\n".join(request_lines(self.requests))

    def _repr_html_(self) -> str:
        if not self.requests:
            words = escape(" ".join(request_lines(())))
            return report_pages.styled(f'<div class="haven"><p>{words}</p></div>')
        titles = ("Request", "State", "Verdict", "Last change", "What was said", "Where")
        head = "".join(f'<th scope="col">{title}</th>' for title in titles)
        rows = "".join(f"<tr>{''.join(_cells(one))}</tr>" for one in self.requests)
        return report_pages.styled(
            '<div class="haven"><table><caption>Your requests</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _cells(request: Mapping[str, Any]) -> Iterator[str]:
    yield f'<th scope="row">{escape(plain(request.get("request_id"))[:8])}</th>'
    for text in (
        request.get("state"),
        request.get("verdict"),
        str(request.get("at") or "")[:16],
        request.get("message"),
    ):
        yield f"<td>{escape(plain(text))}</td>"
    yield f"<td>{'<br>'.join(escape(place) for place in _places(request))}</td>"


def _places(request: Mapping[str, Any]) -> Iterator[str]:
    """Where its page is, and where to collect what was released."""
    if page := plain(request.get("page")):
        yield page
    for link in request.get("links") or ():
        place = plain(link.get("address") or "see the portal")
        yield f"{plain(link.get('file'))} for {plain(link.get('recipient'))}: {place}"
