"""What was said about a request, as far as it still counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from output_checker.application.ports import Project, UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.agreement import Agreement
from output_checker.domain.consent import SignOff
from output_checker.domain.release_class import implied
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review
from output_checker.domain.terms import Terms


def gather(uow: UnitOfWork, request: ReleaseRequest) -> Agreement:
    """Leave out what people said who may not say it any more.

    They have joined the project since, were taken off its lists, switched off, or have a conflict.
    """
    request_id = request.request_id
    overrides = uow.consents.overrides(request_id)
    people = uow.registry.actors({one.person for one in overrides})
    said = without_files(uow, [request], uow.reviews.of_each([request_id]))[request_id]
    files = tuple(uow.files.of(request_id, turn=request.turn))
    return replace(
        said,
        files=files,
        terms=said.terms.of(implied(file.name for file in files if file.may_leave)),
        rerun=uow.reruns.of(request_id, turn=request.turn),
        overrides=tuple(
            one
            for one in overrides
            if one.person in people and request.why_not_override(people[one.person]) is None
        ),
    )


def without_files(
    uow: UnitOfWork,
    requests: Sequence[ReleaseRequest],
    reviews: Mapping[str, Sequence[Review]],
) -> Mapping[str, Agreement]:
    """What still counts of what was said about each request as a whole, by its id.

    Files, what a re-run made of them and what was said of single ones are not there: by such an
    agreement nothing may leave.
    """
    sign_offs = uow.consents.sign_offs_of_each([one.request_id for one in requests])
    checkers = {one.checker for said in reviews.values() for one in said}
    owners = {one.owner for said in sign_offs.values() for one in said}
    people = uow.registry.actors(checkers | owners)
    projects = uow.registry.projects({one.project_id for one in requests})
    return {
        request.request_id: _agreement(
            request,
            projects.get(request.project_id),
            reviews.get(request.request_id, ()),
            sign_offs.get(request.request_id, ()),
            people,
        )
        for request in requests
    }


def _agreement(
    request: ReleaseRequest,
    project: Project | None,
    reviews: Sequence[Review],
    sign_offs: Sequence[SignOff],
    people: Mapping[str, Actor],
) -> Agreement:
    return Agreement(
        reviews=tuple(
            one
            for one in reviews
            if one.checker in people and request.why_not_check(people[one.checker]) is None
        ),
        sign_offs=tuple(
            one
            for one in sign_offs
            if one.owner in people
            and request.why_not_sign_off(people[one.owner], one.dataset) is None
        ),
        # A project that is not there any more has nobody who could override.
        terms=(project.terms if project else Terms()).of({request.release_class}),
    )


def as_decided(uow: UnitOfWork, request: ReleaseRequest) -> Agreement:
    """All that was said, for a release that was decided: people may have gone since."""
    request_id = request.request_id
    return Agreement(
        files=tuple(uow.files.of(request_id, turn=request.turn)),
        reviews=tuple(uow.reviews.of(request_id)),
        sign_offs=tuple(uow.consents.sign_offs(request_id)),
        overrides=tuple(uow.consents.overrides(request_id)),
        terms=Terms(reviews=request.required_reviews, allows_override=True),
    )
