"""What the use cases about organisations need from outside."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from registry.domain.organisation import Organisation, OrganisationRole
from registry.domain.training import Training


class Organisations(Protocol):
    def every(self) -> Mapping[str, Organisation]:
        """All of them, by id, in its order."""

    def save(self, organisation: Organisation, *, at: datetime) -> None: ...
    def roles_of(self, username: str) -> frozenset[tuple[str, OrganisationRole]]:
        """Pairs of an organisation's id and a role; none of one whose account is off."""

    def with_role(self, organisation_id: str, role: OrganisationRole) -> Sequence[str]:
        """Who has the role there and an account that is on, in order."""

    def every_role(self) -> Mapping[str, frozenset[tuple[str, OrganisationRole]]]:
        """The pairs of each person who has any, whether or not their account is on."""

    def set_roles(self, username: str, roles: AbstractSet[tuple[str, OrganisationRole]]) -> None:
        """Give exactly these roles; takes away every other."""


class TrainingRecords(Protocol):
    def every(self) -> Mapping[str, frozenset[Training]]:
        """The records of each person who has any."""

    def set_of(self, username: str, records: frozenset[Training]) -> None:
        """Keep exactly these of somebody; at most one a course."""
