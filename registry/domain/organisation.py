"""An organisation, and what people do for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

BOARD_QUORUM: Final = 2
MOST_IN_A_QUORUM: Final = 20


class OrganisationKind(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    THIRD_SECTOR = "third_sector"
    ACADEMIC = "academic"
    TRUST = "trust"


class OrganisationRole(StrEnum):
    """What somebody does for an organisation. A role says nothing of any other organisation."""

    STEWARD = "steward"
    DATA_OWNER = "data_owner"
    ASSESSOR = "assessor"
    LEGAL = "legal"
    DPO = "dpo"
    ETHICS = "ethics"
    BOARD = "board"
    ANALYST = "analyst"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation.

    Attributes:
        organisation_id: What a dataset names as its publisher.
        board_quorum: How many of its board must have voted on an application.
    """

    organisation_id: str
    title: str
    kind: OrganisationKind
    board_quorum: int = BOARD_QUORUM
