"""What pages show, already cut to what this actor may see. Nothing here changes anything.

Contents of files are not here: they are read through `record_view`, which notes who looked.
"""

from collections.abc import Mapping

from output_checker.application.gather import gather, without_files
from output_checker.application.look_at_request import has_said, view_request
from output_checker.application.ports import UnitOfWork
from output_checker.application.request_views import (
    LinkView,
    RequestSummary,
    RequestView,
    summary,
)
from output_checker.domain.actor import Actor
from output_checker.domain.agreement import Agreement
from output_checker.domain.release_request import ReleaseRequest


def my_requests(uow: UnitOfWork, actor: Actor) -> tuple[RequestSummary, ...]:
    with uow:
        return tuple(summary(request) for request in uow.requests.of_author(actor.username))


def review_queue(uow: UnitOfWork, actor: Actor) -> tuple[RequestSummary, ...]:
    """Requests that this actor has a say about, and whether they have said all they can now."""
    projects = actor.checks | actor.overrides | {project_id for project_id, _ in actor.signs_off}
    with uow:
        requests = uow.requests.waiting_for_review(projects)
        reviews = uow.reviews.of_each([one.request_id for one in requests])
        said = without_files(uow, requests, reviews)
        found = []
        for one in requests:
            of_one = reviews.get(one.request_id, ())
            is_done = has_said(one, _agreement(uow, one, said, actor), of_one, actor)
            found.append((one, is_done, said[one.request_id].reviews_needed(one.about)))
        # Who only overrides or signs off has nothing to do with what does not ask for it.
        return tuple(
            summary(request, has_voted=is_done, required_reviews=needed, shows_claims=True)
            for request, is_done, needed in found
            if not is_done or request.why_not_check(actor) is None
        )


def request_page(uow: UnitOfWork, request_id: str, actor: Actor) -> RequestView:
    """A request, cut to what this actor may see.

    Raises:
        NotFound: There is none, or it is not this actor's to see.
    """
    with uow:
        return view_request(uow, request_id, actor)


def my_links(uow: UnitOfWork, actor: Actor) -> tuple[LinkView, ...]:
    """Released files this actor may collect, newest first."""
    with uow:
        return tuple(
            LinkView(link=link, file_name=file_name)
            for link, file_name in uow.links.of_recipient(actor.username)
        )


def _agreement(
    uow: UnitOfWork, request: ReleaseRequest, said: Mapping[str, Agreement], actor: Actor
) -> Agreement:
    """With the files only for those who have a say about single ones."""
    if request.project_id in actor.overrides:
        return gather(uow, request)
    return said[request.request_id]
