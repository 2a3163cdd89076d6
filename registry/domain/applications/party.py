"""Who is asking, and what the registry says they do for whom."""

from dataclasses import dataclass

from registry.domain.organisation import OrganisationRole

CUSTODIANS = frozenset({OrganisationRole.STEWARD, OrganisationRole.DATA_OWNER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person, or the platform itself.

    Attributes:
        organisation: Whom they work for; None where that is not known.
        roles: Pairs of an organisation's id and what they do for it.
    """

    username: str
    organisation: str | None = None
    roles: frozenset[tuple[str, OrganisationRole]] = frozenset()
    is_admin: bool = False
    is_auditor: bool = False
    is_system: bool = False

    @property
    def organisations(self) -> frozenset[str]:
        """All that they work for or act for."""
        acting = {organisation for organisation, _ in self.roles}
        return frozenset(acting if self.organisation is None else acting | {self.organisation})

    def acts_for(self, *roles: OrganisationRole) -> frozenset[str]:
        """The organisations for which they have one of these roles."""
        return frozenset(organisation for organisation, role in self.roles if role in roles)


# Parentheses cannot be part of a username, so no account can pass for the platform.
PLATFORM = Party(username="(registry)", is_system=True)
