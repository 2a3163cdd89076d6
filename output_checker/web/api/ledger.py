"""The ledger by the API, for auditors and admins."""

import json
from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response, StreamingResponse

from output_checker.application.ledger_search import export_ledger, search_ledger
from output_checker.domain.errors import InvalidSubmission
from output_checker.domain.ledger import LedgerFilter
from output_checker.domain.ledger_export import as_line, as_ocsf
from output_checker.web.api import answers
from output_checker.web.api.caller import CurrentCaller
from output_checker.web.api.words import READERS_ONLY, bytes_of
from output_checker.web.ledger import PAGE_SIZE, LedgerForm

router = APIRouter(prefix="/ledger", tags=["ledger"])

_MEDIA_TYPE: Final = "application/jsonl"
# Printable ASCII: all that the names in a line are made of.
Word = Annotated[str, Query(max_length=128, pattern=r"^[ -~]*$")]
Day = Annotated[str, Query(pattern=r"^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2026-11-23"])]


def _wanted(  # noqa: PLR0917 - the parameters of the address
    project: Word = "",
    actor: Word = "",
    event: Word = "",
    subject: Word = "",
    since: Day = "",
    until: Day = "",
) -> LedgerFilter:
    form = LedgerForm(
        project=project, actor=actor, event=event, subject=subject, since=since, until=until
    )
    if wrong := form.errors():
        raise InvalidSubmission(f"There is no such day: {', '.join(wrong)}")
    return form.wanted()


Wanted = Annotated[LedgerFilter, Depends(_wanted)]


@router.get("", responses=READERS_ONLY)
def find_lines(
    *,
    caller: CurrentCaller,
    wanted: Wanted,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> answers.LedgerFound:
    """Lines by who, what, about what and when; `event` may end in a dot: `request.`."""
    found = search_ledger(caller.work(), caller.actor, wanted=wanted, before=before, size=PAGE_SIZE)
    is_last = len(found.entries) < PAGE_SIZE or found.entries[-1].seq == 1
    return answers.LedgerFound(
        lines=tuple(answers.LedgerLine.model_validate(one) for one in found.entries),
        older_before=None if is_last else found.entries[-1].seq,
        days=tuple(answers.DayCount(day=f"{day}", lines=lines) for day, lines in found.days),
    )


@router.get(
    "/export",
    response_class=Response,
    responses=READERS_ONLY | bytes_of(_MEDIA_TYPE, "A line of JSON each, the oldest first"),
)
def export_lines(
    *, caller: CurrentCaller, wanted: Wanted, ocsf: Annotated[bool, Query()] = False
) -> Response:
    """All lines; `haven ledger verify --file` checks them. That you took them is a line itself."""
    entries = export_ledger(caller.work(), caller.clock, caller.actor, wanted=wanted)
    make = as_ocsf if ocsf else as_line

    def lines() -> Iterator[str]:
        for entry in entries:
            yield json.dumps(make(entry), ensure_ascii=False) + "\n"

    return StreamingResponse(lines(), media_type=_MEDIA_TYPE)
