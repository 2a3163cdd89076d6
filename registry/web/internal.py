"""What the hub asks: does this password fit, may this workspace run, whose must stop."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, status
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.application import queries
from registry.application.sign_in import sign_in
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


class SignedIn(BaseModel):
    username: str
    display_name: str


class Entitlements(BaseModel):
    entitled: list[tuple[str, str]]


@router.post("/sign-in")
def check_password(body: SignIn, shell: CurrentShell) -> SignedIn:
    person = sign_in(
        shell.unit_of_work(),
        shell.passwords,
        shell.clock,
        username=body.username,
        password=body.password.get_secret_value(),
    )
    return SignedIn(username=person.username, display_name=person.display_name)


@router.get("/entitlements")
def list_entitlements(shell: CurrentShell) -> Entitlements:
    with shell.reading() as session:
        return Entitlements(entitled=queries.entitled(session, shell.clock.now()))
