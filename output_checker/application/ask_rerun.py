"""Have a request's notebook run again, where its project wants that."""

from dataclasses import asdict, replace

from output_checker.application.ports import UnitOfWork
from output_checker.application.understand import Receiving
from output_checker.domain.agreement import Agreement
from output_checker.domain.manifest import Manifest, Wish
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.rerun import Rerun
from output_checker.domain.terms import RerunRule


def ask_rerun(
    deps: Receiving,
    uow: UnitOfWork,
    manifest: Manifest,
    request: ReleaseRequest,
    agreement: Agreement,
) -> Agreement:
    """Inside an open transaction, of a request whose files are checked; the caller commits.

    After a mere check too: its author may ask for the release of what was checked on a page.

    Returns:
        The agreement, with the run that was asked for, if one was.
    """
    terms, sends_on = agreement.terms, manifest.wish is Wish.SUBMIT
    if manifest.notebook is None or terms.rerun is RerunRule.OFF:
        return agreement
    if _is_hopeless(request, agreement, sends_on=sends_on):
        return agreement
    rerun = Rerun(
        rerun_id=deps.ids.new(),
        request_id=request.request_id,
        project_id=request.project_id,
        author=request.author,
        turn=request.turn,
        notebook=manifest.notebook,
        files=tuple(asdict(file) | {"role": file.role.value} for file in manifest.files),
        seconds=terms.rerun_seconds,
        asked_at=deps.clock.now(),
        sends_on=sends_on,
    )
    uow.reruns.add(rerun)
    uow.ledger.append(
        at=rerun.asked_at,
        actor=request.author,
        event="rerun.asked",
        subject=f"request:{request.request_id}",
        project=request.project_id,
        details={"rerun": rerun.rerun_id, "turn": rerun.turn, "rule": terms.rerun.value},
    )
    return replace(agreement, rerun=rerun)


def _is_hopeless(request: ReleaseRequest, agreement: Agreement, *, sends_on: bool) -> bool:
    """Whether the files could not go to review even if the notebook made them."""
    if not sends_on:
        return request.why_not_reviewable(agreement) is not None
    without = replace(agreement, terms=replace(agreement.terms, rerun=RerunRule.ADVISE))
    return request.why_not_submit(without) is not None
