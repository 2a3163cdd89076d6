"""The eleven considerations: what the applicant answers and what the assessor finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final


class Consideration(StrEnum):
    PURPOSE = "purpose"
    LEGAL_POWER = "legal_power"
    PROPORTIONALITY = "proportionality"
    MINIMUM_DATA = "minimum_data"
    INDIVIDUALS = "individuals"
    RESOURCE_COST = "resource_cost"
    CAPACITY = "capacity"
    PRECEDENT = "precedent"
    PRIVACY_NOTICE = "privacy_notice"
    HANDLING = "handling"
    ONWARD_PASSING = "onward_passing"


ANSWERED_BY: Final[Mapping[Consideration, tuple[str, ...]]] = MappingProxyType(
    {
        Consideration.PURPOSE: ("purpose.statement", "purpose.problem", "purpose.difference"),
        Consideration.LEGAL_POWER: ("legal.gateway", "legal.power", "legal.basis"),
        Consideration.PROPORTIONALITY: ("necessity.why", "necessity.proportionality"),
        Consideration.MINIMUM_DATA: ("necessity.minimum", "necessity.alternatives"),
        Consideration.INDIVIDUALS: ("individuals.benefit", "individuals.detriment"),
        Consideration.RESOURCE_COST: ("means.cost",),
        Consideration.CAPACITY: ("means.capacity",),
        Consideration.PRECEDENT: ("means.precedent",),
        Consideration.PRIVACY_NOTICE: (
            "individuals.privacy_notice",
            "individuals.is_compatible",
            "individuals.gap",
        ),
        Consideration.HANDLING: ("handling.how", "handling.retention", "handling.disposal"),
        Consideration.ONWARD_PASSING: ("handling.onward", "legal.is_passed_on"),
    }
)


class Outcome(StrEnum):
    MET = "met"
    MET_WITH_CONDITION = "met_with_condition"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an assessor found; `basis` stands for the answers it is about, as they were then."""

    outcome: Outcome
    words: str
    assessor: str
    at: datetime
    basis: str


def basis_of(consideration: Consideration, answers: Mapping[str, str]) -> str:
    """SHA-256 of the answers: other answers, another basis, and a finding is to be made again."""
    said = "\0".join(answers.get(key, "").strip() for key in ANSWERED_BY[consideration])
    return sha256(said.encode()).hexdigest()


def standing_findings(
    findings: Mapping[Consideration, Finding], answers: Mapping[str, str]
) -> dict[Consideration, Finding]:
    """Those that are about the answers as they are now."""
    return {one: found for one, found in findings.items() if found.basis == basis_of(one, answers)}
