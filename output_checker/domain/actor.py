"""Who is asking, and what the registry says they may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person.

    Attributes:
        checks, member_of, overrides: Projects.
        signs_off: Pairs of a project and a dataset of which they are an owner there.
        conflicts: Pairs of a project and an author whose outputs they have no say about.
    """

    username: str
    is_auditor: bool = False
    is_admin: bool = False
    checks: frozenset[str] = frozenset()
    member_of: frozenset[str] = frozenset()
    is_system: bool = False
    overrides: frozenset[str] = frozenset()
    signs_off: frozenset[tuple[str, str]] = frozenset()
    conflicts: frozenset[tuple[str, str]] = frozenset()

    def why_not_check(self, *, project_id: str, author: str) -> str | None:
        """Why this person may not review an output, in words; None when they may.

        Separation of duties comes first: no role outweighs it.
        """
        if why := self._why_not_say(project_id=project_id, author=author):
            return why
        if project_id not in self.checks:
            return "This needs to be a checker of the project"
        return None

    def why_not_override(self, *, project_id: str, author: str) -> str | None:
        """Why this person may not let a failing file pass."""
        if why := self._why_not_say(project_id=project_id, author=author):
            return why
        if project_id not in self.overrides:
            return "This needs to be one of those who override in the project"
        return None

    def why_not_sign_off(self, *, project_id: str, author: str, dataset: str) -> str | None:
        """Why this person may not agree for a dataset's owners."""
        if why := self._why_not_say(project_id=project_id, author=author):
            return why
        if (project_id, dataset) not in self.signs_off:
            return "This needs to be an owner of the dataset"
        return None

    def _why_not_say(self, *, project_id: str, author: str) -> str | None:
        if self.username == author:
            return "Nobody checks their own outputs"
        if project_id in self.member_of:
            return "Members of a project cannot check its outputs"
        if (project_id, author) in self.conflicts:
            return "A conflict of interest keeps you from checking what this author asks for"
        return None


# Parentheses cannot be part of a username, so no account can pass for the worker.
WORKER = Actor(username="(worker)", is_system=True)
