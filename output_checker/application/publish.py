"""Tell the author's workspace, in a file, how a request stands and where to collect it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from output_checker.application.answering import page_of
from output_checker.application.ports import Ids, UnitOfWork
from output_checker.application.workspace_ports import Answers
from output_checker.domain.actor import WORKER
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.link import Link
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.rerun import Outcome, Rerun


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    unit_of_work: Callable[[], UnitOfWork]
    ids: Ids
    answers: Answers
    public_url: str


def publish(deps: Publishing, *, request_id: str) -> None:
    """Rewrite the request's file from what the database says.

    A link's secret is made here, for the author's own links only, and is nowhere else in
    the clear; the file is written before the hash is committed, so that a crash between
    the two makes a new secret instead of losing one.
    """
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(request_id, visible_to=WORKER)
        names = {file.file_id: file.name for file in uow.files.of(request_id, turn=request.turn)}
        where = {"project": request.project_id, "username": request.author}
        known = _known_secrets(deps.answers.published(**where, request_id=request_id))
        links = [
            _spoken(deps, link, names[link.file_id], _secret(deps, uow, request, link, known))
            for link in uow.links.of_request(request_id)
        ]
        rerun = uow.reruns.of(request_id, turn=request.turn)
        body = _body(request, links, deps.public_url) | {"rerun": _of_rerun(rerun)}
        deps.answers.publish(**where, request_id=request_id, body=body)
        uow.commit()


def _secret(
    deps: Publishing,
    uow: UnitOfWork,
    request: ReleaseRequest,
    link: Link,
    known: Mapping[str, str],
) -> str | None:
    if link.recipient != request.author or link.revoked_at is not None:
        return None
    if link.token_sha256 is None:
        token = deps.ids.token()
        uow.links.save(replace(link, token_sha256=sha256_hex(token.encode())))
        return token
    # Renewed in the portal since: what this file said no longer opens anything.
    return known.get(link.token_sha256)


def _known_secrets(body: Mapping[str, Any] | None) -> dict[str, str]:
    addresses = [link["address"] for link in (body or {}).get("links", []) if link["address"]]
    tokens = [address.rpartition("/")[2] for address in addresses]
    return {sha256_hex(token.encode()): token for token in tokens}


def _spoken(deps: Publishing, link: Link, file_name: str, token: str | None) -> dict[str, Any]:
    return {
        "file": file_name,
        "recipient": link.recipient,
        "address": None if token is None else f"{deps.public_url}/collect/{token}",
        "expires_at": link.expires_at.isoformat(),
        "allowed_downloads": link.allowed_downloads,
        "revoked": link.revoked_at is not None,
    }


def _body(request: ReleaseRequest, links: list[dict[str, Any]], public_url: str) -> dict[str, Any]:
    return {
        "version": 1,
        "request_id": request.request_id,
        "state": request.state.value,
        "verdict": request.verdict,
        "at": request.updated_at.isoformat(),
        "message": request.message,
        "links": links,
        "page": page_of(public_url, request.request_id),
    }


def _of_rerun(rerun: Rerun | None) -> dict[str, Any] | None:
    """Of a notebook that stopped, the author is told the cell and the kind of exception."""
    if rerun is None:
        return None
    outcomes = {outcome.value: rerun.count(outcome) for outcome in Outcome}
    return {
        "state": rerun.state.value,
        "reason": rerun.reason,
        "cell": rerun.cell,
        "error": rerun.error,
        "outcomes": outcomes,
        "extra": rerun.extra,
    }
