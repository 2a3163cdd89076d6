"""The ledger, for auditors and admins: looked through by who, what, about what and when."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse
from starlette.status import HTTP_422_UNPROCESSABLE_CONTENT

from output_checker.application.ledger_search import MOST_DAYS, export_ledger, search_ledger
from output_checker.domain.ledger import LedgerEntry, LedgerFilter
from output_checker.domain.ledger_export import as_line, as_ocsf
from output_checker.web.bars import Bar, bars
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(tags=["ledger"])

PAGE_SIZE: Final = 50
_MOST_LETTERS: Final = 128
_NO_DATE: Final = "Give the day as 2026-11-23"

Word = Annotated[str, Query(max_length=_MOST_LETTERS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerForm:
    """What was filled in, as it was filled in."""

    project: str = ""
    actor: str = ""
    event: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""

    def given(self, **changed: str) -> dict[str, str]:
        """For an address: what is filled in, with something changed."""
        every = {name: getattr(self, name) for name in self.__slots__} | changed
        return {name: value for name, value in every.items() if value}

    def errors(self) -> dict[str, str]:
        """By field."""
        return {
            name: _NO_DATE
            for name in ("since", "until")
            if getattr(self, name) and _day(getattr(self, name)) is None
        }

    def wanted(self) -> LedgerFilter:
        until = _day(self.until)
        return LedgerFilter(
            project=self.project.strip(),
            actor=self.actor.strip(),
            event=self.event.strip(),
            subject=self.subject.strip(),
            since=_day(self.since),
            until=None if until is None else until + timedelta(days=1),
        )


def _form(  # noqa: PLR0917 - the fields of the form
    project: Word = "",
    actor: Word = "",
    event: Word = "",
    subject: Word = "",
    since: Word = "",
    until: Word = "",
) -> LedgerForm:
    return LedgerForm(
        project=project, actor=actor, event=event, subject=subject, since=since, until=until
    )


CurrentForm = Annotated[LedgerForm, Depends(_form)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    entry: LedgerEntry
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """One page.

    Attributes:
        older_before: Where the next begins; None on the last.
        days: Lines a day, the oldest first.
    """

    form: LedgerForm
    errors: dict[str, str]
    rows: tuple[LedgerRow, ...] = ()
    older_before: int | None = None
    days: tuple[Bar, ...] = ()


@router.get("/ledger")
def show_ledger(
    *,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    form: CurrentForm,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    errors = form.errors()
    found = search_ledger(
        shell.unit_of_work(),
        actor,
        wanted=LedgerFilter() if errors else form.wanted(),
        before=before,
        size=PAGE_SIZE,
    )
    if errors:
        page = LedgerPage(form=form, errors=errors)
        status = HTTP_422_UNPROCESSABLE_CONTENT
        return shell.page(request, "output_checker/ledger.html", page, status=status)
    is_last = len(found.entries) < PAGE_SIZE or found.entries[-1].seq == 1
    page = LedgerPage(
        form=form,
        errors={},
        rows=tuple(LedgerRow(entry=one, details=_spoken(one)) for one in found.entries),
        older_before=None if is_last else found.entries[-1].seq,
        days=_every_day(found.days),
    )
    return shell.page(request, "output_checker/ledger.html", page)


@router.get("/ledger.jsonl")
def export(
    *,
    shell: CurrentShell,
    actor: CurrentActor,
    form: CurrentForm,
    ocsf: Annotated[bool, Query()] = False,
) -> Response:
    if form.errors():
        return Response(_NO_DATE, HTTP_422_UNPROCESSABLE_CONTENT, media_type="text/plain")
    entries = export_ledger(shell.unit_of_work(), shell.clock, actor, wanted=form.wanted())
    make = as_ocsf if ocsf else as_line

    def lines() -> Iterator[str]:
        for entry in entries:
            yield json.dumps(make(entry), ensure_ascii=False) + "\n"

    name = f"ledger-{shell.clock.now():%Y-%m-%d}{'-ocsf' if ocsf else ''}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=headers)


def _every_day(found: Sequence[tuple[date, int]]) -> tuple[Bar, ...]:
    """Up to the newest day that has a line, those without any too."""
    if not found:
        return ()
    counts, last = dict(found), found[0][0]
    days = [last - timedelta(days=back) for back in reversed(range(MOST_DAYS))]
    return bars([(f"{day:%-d %b %Y}", counts.get(day, 0)) for day in days])


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    if day == date.max:
        # Lines are looked for up to the next day, and there is none.
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _spoken(entry: LedgerEntry) -> str:
    return ", ".join(f"{key} {value}" for key, value in sorted(entry.details.items()))
