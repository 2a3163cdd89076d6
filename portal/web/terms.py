"""The terms of use: shown to whoever is signed in, and accepted once a version."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from portal.shells import RegistryShell
from registry.application import sign_in_queries
from registry.application.sign_in_queries import Missing
from registry.application.terms_of_use import accept_terms
from registry.domain.terms_of_use import TermsOfUse

router = APIRouter(prefix="/terms", tags=["terms"])


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPage:
    """Attributes: `terms` is None where none were published."""

    terms: TermsOfUse | None
    is_accepted: bool


@router.get("")
def show_terms(request: Request) -> Response:
    shell: RegistryShell = request.app.state.registry_shell
    viewer = shell.person(request)
    with shell.sign_in.unit_of_work() as uow:
        terms = uow.terms.newest()
    with shell.reading() as session:
        missing = sign_in_queries.missing(session, viewer.username, shell.sign_in.mfa)
    page = TermsPage(terms=terms, is_accepted=missing is not Missing.TERMS)
    return shell.page(request, "portal/terms.html", page)


@router.post("/accept")
def accept(request: Request, version: Annotated[str, Form(max_length=64)] = "") -> RedirectResponse:
    shell: RegistryShell = request.app.state.registry_shell
    viewer = shell.person(request)
    accept_terms(
        shell.sign_in.unit_of_work(), shell.clock, username=viewer.username, version=version
    )
    return RedirectResponse("/", HTTP_303_SEE_OTHER)
