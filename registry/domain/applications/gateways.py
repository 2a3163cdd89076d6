"""Legal gateways, and what the register of them makes of an application."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.domain.applications.asked import AskedDataset
from registry.domain.applications.linter import names_people
from registry.domain.dataset import DatasetVersion
from registry.domain.errors import Problem

_BY_DEFAULT = "england"


class Route(StrEnum):
    """On what a gateway rests; rules follow from it."""

    STATUTE = "statute"
    COMMON_LAW = "common_law"
    CONSENT = "consent"
    RESEARCH = "research"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One entry of the register.

    Attributes:
        jurisdictions: Whose people's data it reaches, such as `england`.
        is_bulk_allowed: Whether it reaches data about everybody, or a large part of them.
        purposes: Keys of the form's purposes that it serves; none named: any.
        receivers: Who may receive, in words.
        is_passing_on_allowed: Whether the data themselves may be passed on.
        review_on: From when on a person must look at the entry again before it is used.
    """

    gateway_id: str
    title: str
    text: str
    route: Route
    jurisdictions: frozenset[str]
    is_bulk_allowed: bool
    purposes: frozenset[str]
    receivers: str
    is_passing_on_allowed: bool
    conditions: tuple[str, ...]
    source: str
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Attributes: `version` is a date; `gateways` by id."""

    version: str
    gateways: Mapping[str, Gateway]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An application, as far as its legal power is concerned; `datasets` beside their versions."""

    answers: Mapping[str, str]
    datasets: Sequence[tuple[AskedDataset, DatasetVersion]]


def gateway_problems(asking: Asking, register: Register) -> Iterator[Problem]:
    """What the named gateway does not allow; nothing is said of one that nobody named."""
    named = asking.answers.get("legal.gateway", "").strip()
    if not named:
        return
    gateway = register.gateways.get(named)
    if gateway is None:
        known = ", ".join(sorted(register.gateways))
        yield _problem("gateway", f"is not in the register of gateways; there are: {known}")
        return
    yield from _allowed_by_datasets(asking, gateway)
    yield from _what_it_is_for(asking.answers, gateway)
    if gateway.route is Route.CONSENT:
        yield from _consent(asking.answers)
    if gateway.route is Route.RESEARCH:
        yield from _de_identified(asking, gateway)


def needs_legal_review(asking: Asking, register: Register, today: date) -> bool:
    """Whether a lawyer must vote: another nation's people, or an entry nobody looked at lately."""
    gateway = register.gateways.get(asking.answers.get("legal.gateway", "").strip())
    said = frozenset(asking.answers.get("legal.jurisdictions", "").split())
    return gateway is None or bool(said - {_BY_DEFAULT}) or gateway.review_on <= today


def _what_it_is_for(answers: Mapping[str, str], gateway: Gateway) -> Iterator[Problem]:
    if answers.get("necessity.is_bulk") == "yes" and not gateway.is_bulk_allowed:
        yield _problem(
            "gateway",
            f"{gateway.title} reaches single cases, not data about everybody or a large part of "
            "them. Name a gateway that allows bulk sharing, or ask for the cases that you need.",
        )
    said = frozenset(answers.get("legal.jurisdictions", "").split())
    for one in sorted(said - gateway.jurisdictions):
        yield _problem("jurisdictions", f"{gateway.title} does not reach {one}")
    purposes = frozenset(answers.get("about.purposes", "").split())
    if gateway.purposes and purposes and not purposes & gateway.purposes:
        yield _problem("gateway", f"{gateway.title} serves none of the purposes that are named")
    if answers.get("legal.is_passed_on") == "yes" and not gateway.is_passing_on_allowed:
        yield _problem("is_passed_on", f"{gateway.title} does not allow data to be passed on")


def _allowed_by_datasets(asking: Asking, gateway: Gateway) -> Iterator[Problem]:
    for _, dataset in asking.datasets:
        allowed = dataset.entry.gateways
        if allowed and gateway.gateway_id not in allowed:
            yield _problem(
                "gateway",
                f"is none of those of {dataset.version_id.dataset_id}: {', '.join(allowed)}",
            )


def _consent(answers: Mapping[str, str]) -> Iterator[Problem]:
    if not answers.get("legal.consent_evidence", "").strip():
        yield _problem("consent_evidence", "is needed where consent is the gateway")
    if not answers.get("legal.third_parties_identifiable", "").strip():
        yield _problem("third_parties_identifiable", "is needed where consent is the gateway")


def _de_identified(asking: Asking, gateway: Gateway) -> Iterator[Problem]:
    for asked, dataset in asking.datasets:
        for column in names_people(asked, dataset):
            yield Problem(
                path=f"data.{asked.version_id.dataset_id}.{column}",
                message=f"{gateway.title} gives de-identified data only, and this names people",
            )


def _problem(key: str, message: str) -> Problem:
    return Problem(path=f"legal.{key}", message=message)
