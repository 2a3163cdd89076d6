"""Who is asking, and what the registry says they may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    username: str
    is_auditor: bool = False
    is_admin: bool = False
    checks: frozenset[str] = frozenset()
    member_of: frozenset[str] = frozenset()
    is_system: bool = False

    def why_not_check(self, *, project_id: str, author: str) -> str | None:
        """Why this person may not review an output, in words; None when they may.

        Separation of duties comes first: no role outweighs it.
        """
        if self.username == author:
            return "Nobody checks their own outputs"
        if project_id in self.member_of:
            return "Members of a project cannot check its outputs"
        if project_id not in self.checks:
            return "This needs to be a checker of the project"
        return None


# Parentheses cannot be part of a username, so no account can pass for the worker.
WORKER = Actor(username="(worker)", is_system=True)
