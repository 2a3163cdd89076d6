"""What a workspace is told about what it asked for."""

from typing import Any

from output_checker.application.judge import storable
from output_checker.disclosure.model import Report
from output_checker.domain.agreement import Agreement
from output_checker.domain.manifest import Wish
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import State


def words(request: ReleaseRequest, wish: Wish, agreement: Agreement) -> str:
    if request.state is State.SUBMITTED:
        needed = agreement.reviews_needed(request.about)
        return f"Submitted; {needed} checkers will look at the files"
    if wish is Wish.CHECK:
        is_run = agreement.rerun is not None and agreement.rerun.is_open
        return "Checked, not submitted" + ("; its notebook is run again" if is_run else "")
    return request.why_not_submit(agreement) or "Not submitted"


def page_of(public_url: str, request_id: str) -> str:
    """Where people find a request; "" where nobody said where the portal is."""
    return f"{public_url}/requests/{request_id}" if public_url else ""


def answer(
    request: ReleaseRequest, message: str, report: Report | None, *, public_url: str = ""
) -> dict[str, Any]:
    return {
        "version": 1,
        "request_id": request.request_id,
        "state": request.state.value,
        "verdict": request.verdict,
        "message": message,
        "report": None if report is None else storable(report.as_json()),
        "page": page_of(public_url, request.request_id),
    }


def refused(message: str) -> dict[str, Any]:
    return {
        "version": 1,
        "request_id": None,
        "state": State.REFUSED.value,
        "verdict": None,
        "message": storable(message),
        "report": None,
    }
