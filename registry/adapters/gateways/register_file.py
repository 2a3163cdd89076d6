"""The register of legal gateways that ships with Haven, read from its file."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.domain.applications.gateways import Gateway, Register, Route

SHIPPED: Final = Path(__file__).with_name("register.toml")
_Jurisdiction = Literal["england", "wales", "scotland", "northern-ireland"]
_Purpose = Literal["disadvantaged", "crime-fraud", "burdens", "policy", "research"]
_Words = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,40}$")]
    title: _Words
    text: _Words
    route: Route
    jurisdictions: Annotated[list[_Jurisdiction], Field(min_length=1)]
    bulk_allowed: bool
    purposes: list[_Purpose]
    receivers: _Words
    onward_sharing_allowed: bool
    conditions: list[str]
    source: _Words
    review_on: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: _Words
    gateway: list[_Entry]


def read_register(file: Path = SHIPPED) -> Register:
    """The register in a file.

    Raises:
        ValueError: It is no TOML, has something else than what a register has, or an id twice.
    """
    said = _File.model_validate(tomllib.loads(file.read_text()))
    gateways = {entry.id: _gateway(entry) for entry in said.gateway}
    if len(gateways) < len(said.gateway):
        raise ValueError("an id stands twice in the register of gateways")
    return Register(version=said.version, gateways=gateways)


def known_gateways() -> frozenset[str]:
    """The ids that a descriptor may name."""
    return frozenset(shipped_register().gateways)


@cache
def shipped_register() -> Register:
    return read_register()


def _gateway(entry: _Entry) -> Gateway:
    return Gateway(
        gateway_id=entry.id,
        title=entry.title,
        text=entry.text.strip(),
        route=entry.route,
        jurisdictions=frozenset(entry.jurisdictions),
        is_bulk_allowed=entry.bulk_allowed,
        purposes=frozenset(entry.purposes),
        receivers=entry.receivers,
        is_passing_on_allowed=entry.onward_sharing_allowed,
        conditions=tuple(entry.conditions),
        source=entry.source,
        review_on=entry.review_on,
    )
