"""The words of sharing data, explained; anybody may read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from registry.domain.glossary import GLOSSARY
from registry.web.shell import CurrentShell

router = APIRouter(tags=["catalogue"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Attributes: `key` names the term in addresses."""

    key: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryPage:
    terms: Sequence[Term]


@router.get("/glossary")
def show_glossary(request: Request, shell: CurrentShell) -> Response:
    terms = [Term(key=key, name=name, meaning=said) for key, (name, said) in GLOSSARY.items()]
    page = GlossaryPage(terms=sorted(terms, key=lambda term: term.name.lower()))
    return shell.page(request, "registry/glossary.html", page)
