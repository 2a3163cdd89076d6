"""The ledger, for auditors and admins."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from output_checker.application.queries import ledger_page
from output_checker.domain.ledger import LedgerEntry
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(tags=["ledger"])

_PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    entry: LedgerEntry
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """One page; `older_before` is where the next begins, None on the last."""

    rows: tuple[LedgerRow, ...]
    older_before: int | None
    project: str


@router.get("/ledger")
def show_ledger(
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    project: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    entries = ledger_page(
        shell.unit_of_work(), actor, before=before, size=_PAGE_SIZE, project=project or None
    )
    is_last = len(entries) < _PAGE_SIZE or entries[-1].seq == 1
    page = LedgerPage(
        rows=tuple(LedgerRow(entry=entry, details=_spoken(entry)) for entry in entries),
        older_before=None if is_last else entries[-1].seq,
        project=project,
    )
    return shell.page(request, "output_checker/ledger.html", page)


def _spoken(entry: LedgerEntry) -> str:
    return ", ".join(f"{key} {value}" for key, value in sorted(entry.details.items()))
