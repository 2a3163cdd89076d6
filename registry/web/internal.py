"""What the hub asks: does this password fit, may this workspace run, whose must stop."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, status
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.application import entitlements
from registry.application.sign_in import sign_in
from registry.application.sign_in_by_provider import trade_ticket
from registry.application.sign_out import sign_out
from registry.web.shell import CurrentShell


def require_token(shell: CurrentShell, authorization: Annotated[str, Header()] = "") -> None:
    scheme, _, token = authorization.partition(" ")
    given = token.encode("utf-8", "replace")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given, shell.internal_token):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})


router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(require_token)])


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    username: str = Field(max_length=256)
    password: SecretStr
    code: SecretStr = Field(default=SecretStr(""), max_length=256)


class Ticket(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ticket: SecretStr = Field(max_length=256)


class SignedIn(BaseModel):
    username: str
    display_name: str
    generation: str


class Generation(BaseModel):
    generation: str


class Entitlements(BaseModel):
    entitled: list[tuple[str, str]]


@router.post("/sign-in")
def check_password(body: SignIn, shell: CurrentShell) -> SignedIn:
    found = sign_in(
        shell.sign_in,
        username=body.username,
        password=body.password.get_secret_value(),
        code=body.code.get_secret_value(),
    )
    person = found.person
    return SignedIn(
        username=person.username, display_name=person.display_name, generation=found.generation
    )


@router.post("/tickets")
def trade(body: Ticket, shell: CurrentShell) -> SignedIn:
    """Whom an identity provider named; a ticket is good once."""
    found = trade_ticket(shell.sign_in, ticket=body.ticket.get_secret_value())
    return SignedIn(
        username=found.person.username,
        display_name=found.person.display_name,
        generation=found.generation,
    )


@router.get("/people/{username}/generation")
def read_generation(username: str, shell: CurrentShell) -> Generation:
    """What the hub's sessions of this person must have begun under, to be good still."""
    with shell.sign_in.unit_of_work() as uow:
        generation = uow.sign_ins.generation(username)
    if generation is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return Generation(generation=generation)


@router.post("/people/{username}/sign-out", status_code=status.HTTP_204_NO_CONTENT)
def end_sessions(username: str, shell: CurrentShell) -> None:
    """Somebody signed out at the hub: each session of theirs ends, everywhere."""
    sign_out(shell.sign_in.unit_of_work(), username=username)


@router.get("/entitlements")
def list_entitlements(shell: CurrentShell) -> Entitlements:
    with shell.reading() as session:
        return Entitlements(entitled=entitlements.entitled(session, shell.clock.now()))
