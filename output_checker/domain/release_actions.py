"""Who did what before a release, as actions of an RO-Crate in the terms of the Five Safes.

Asked for (`AskAction`), checked and reviewed (`AssessAction`: never a decision), decided
(`AuthorizeAction`), made (`CreateAction`). Source: Five Safes RO-Crate 0.4, https://w3id.org/5s-crate/0.4.
"""

from collections.abc import Sequence
from typing import Any, Final

from output_checker.domain.agreement import Agreement
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.rerun import Rerun, RerunState
from output_checker.domain.review import Review, Vote

Entity = dict[str, Any]

DISCLOSURE_CHECK: Final = "https://w3id.org/shp#DisclosureCheck"
SIGN_OFF: Final = "https://w3id.org/shp#SignOff"
_DONE: Final = {"@id": "http://schema.org/CompletedActionStatus"}


def person(username: str) -> str:
    return f"#person-{username}"


def file_id(file: OutputFile) -> str:
    return f"{file.sha256}/{file.name}"


def reference(identifier: str) -> Entity:
    return {"@id": identifier}


def actions(
    request: ReleaseRequest, agreement: Agreement, *, ended_at: str, results: Sequence[str]
) -> list[Entity]:
    """Everything that led to the release, and the release.

    Args:
        request: As it was decided.
        agreement: All that was said of its present files by people who may still say it.
        ended_at: When the release was decided.
        results: The entities that say what the rules found.
    """
    consents = [*_overrides(agreement, request), *_sign_offs(request, agreement)]
    assessed = [_assessment(request, agreement, results), *_reviews(request, agreement)]
    decided = _decision(request, agreement, ended_at)
    return [
        _asking(request, agreement),
        *assessed,
        *consents,
        *_rerun(request, agreement),
        decided,
        _release(request, agreement, ended_at),
    ]


def _outputs(agreement: Agreement) -> list[Entity]:
    return [reference(file_id(file)) for file in agreement.outputs]


def _asking(request: ReleaseRequest, agreement: Agreement) -> Entity:
    return {
        "@id": "#request",
        "@type": "AskAction",
        "name": f"Request for release {request.request_id}, turn {request.turn}",
        "description": request.context,
        "agent": reference(person(request.author)),
        "recipient": [reference(person(name)) for name in request.recipients],
        "object": _outputs(agreement),
        "startTime": request.created_at.isoformat(),
        "actionStatus": _DONE,
    }


def _assessment(request: ReleaseRequest, agreement: Agreement, results: Sequence[str]) -> Entity:
    return {
        "@id": "#assessment",
        "@type": "AssessAction",
        "additionalType": reference(DISCLOSURE_CHECK),
        "name": "Disclosure rules, on the bytes and against the data behind them",
        "agent": reference("#engine"),
        "instrument": reference("#policy"),
        "object": _outputs(agreement),
        "result": [reference(one) for one in results],
        "snapshotSha256": request.snapshot_sha256,
        "actionStatus": _DONE,
    }


def _reviews(request: ReleaseRequest, agreement: Agreement) -> list[Entity]:
    return [_review(review, agreement) for review in agreement.decided(request.about)]


def _review(review: Review, agreement: Agreement) -> Entity:
    return {
        "@id": f"#review-{review.turn}-{review.checker}",
        "@type": "AssessAction",
        "additionalType": reference(DISCLOSURE_CHECK),
        "name": "Review by an output checker",
        "agent": reference(person(review.checker)),
        "object": _outputs(agreement),
        "endTime": review.at.isoformat(),
        "snapshotSha256": review.snapshot_sha256,
        "vote": review.vote.value,
        "isBlind": review.is_blind,
        "actionStatus": _DONE,
    }


def _overrides(agreement: Agreement, request: ReleaseRequest) -> list[Entity]:
    """Who let a failing file pass, and why."""
    return [
        {
            "@id": f"#override-{file.position}-{one.person}",
            "@type": "AuthorizeAction",
            "name": "override",
            "agent": reference(person(one.person)),
            "object": reference(file_id(file)),
            "description": one.reason,
            "endTime": one.at.isoformat(),
            "actionStatus": _DONE,
        }
        for file in agreement.outputs
        for one in agreement.overrides
        if not file.is_reviewable
        and one.file_id == file.file_id
        and one.person in agreement.overriders(file, request.about)
    ]


def _sign_offs(request: ReleaseRequest, agreement: Agreement) -> list[Entity]:
    """Which owners of datasets agreed."""
    counted = agreement.signed_off(request.about) & agreement.terms.sign_offs
    datasets = {one["id"]: dataset_id(one) for one in request.judged_by["datasets"]}
    return [
        {
            "@id": f"#sign-off-{one.dataset}-{one.owner}",
            "@type": "AuthorizeAction",
            "additionalType": reference(SIGN_OFF),
            "name": "sign-off",
            "agent": reference(person(one.owner)),
            "object": reference(datasets.get(one.dataset, f"#dataset-{one.dataset}")),
            "endTime": one.at.isoformat(),
            "actionStatus": _DONE,
        }
        for one in agreement.sign_offs
        if one.dataset in counted and one.turn == request.turn
    ]


def _rerun(request: ReleaseRequest, agreement: Agreement) -> list[Entity]:
    """The run of the notebook that the files were held against, and whether they are its own."""
    rerun = agreement.rerun
    if rerun is None or rerun.state is not RerunState.DONE:
        return []
    return [
        {
            "@id": "#rerun",
            "@type": "CreateAction",
            "name": "The notebook, run again in a fresh workspace",
            "agent": reference("#engine"),
            "instrument": [reference("#notebook"), reference("#image")],
            "endTime": rerun.ended_at.isoformat() if rerun.ended_at else "",
            "madeTheFiles": rerun.taken_turn == request.turn,
            "result": [reference(one["@id"]) for one in outcomes(rerun, agreement)],
            "actionStatus": _DONE,
        },
        {"@id": "#notebook", "@type": "SoftwareSourceCode", "name": rerun.notebook},
        {"@id": "#image", "@type": "SoftwareApplication", "name": rerun.image or "unknown"},
        *outcomes(rerun, agreement),
    ]


def outcomes(rerun: Rerun, agreement: Agreement) -> list[Entity]:
    """What the run made in place of each file."""
    names = {file.position: file_id(file) for file in agreement.outputs}
    return [
        {
            "@id": f"#outcome-{one.position}",
            "@type": "PropertyValue",
            "name": "outcome",
            "about": reference(names[one.position]),
            "value": one.outcome.value,
        }
        for one in rerun.outcomes
        if one.position in names
    ]


def _decision(request: ReleaseRequest, agreement: Agreement, ended_at: str) -> Entity:
    decided = agreement.decided(request.about)
    approving = [one.checker for one in decided if one.vote is Vote.APPROVE]
    return {
        "@id": "#authorisation",
        "@type": "AuthorizeAction",
        "additionalType": reference(SIGN_OFF),
        "name": "Every checker who must agree has agreed",
        "agent": [reference(person(name)) for name in approving],
        "object": reference("#request"),
        "instrument": [reference("#assessment")],
        "requiredReviews": agreement.reviews_needed(request.about),
        "endTime": ended_at,
        "actionStatus": _DONE,
    }


def _release(request: ReleaseRequest, agreement: Agreement, ended_at: str) -> Entity:
    return {
        "@id": "#release",
        "@type": "CreateAction",
        "name": f"Release of request {request.request_id}",
        "agent": reference("#engine"),
        "object": reference("#authorisation"),
        "result": [reference("./"), *_outputs(agreement)],
        "turn": request.turn,
        "endTime": ended_at,
        "actionStatus": _DONE,
    }


def dataset_id(judged: dict[str, Any]) -> str:
    return f"#dataset-{judged['id']}-{judged['version']}"
