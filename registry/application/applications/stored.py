"""Applications as the database keeps them: JSON that reads back to the same value."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter

from registry.domain.applications.application import Application
from registry.domain.applications.referrals import Vote

_APPLICATION: Final = TypeAdapter(Application)
_VOTE: Final = TypeAdapter(Vote)


def stored_application(application: Application) -> dict[str, Any]:
    """All but its votes."""
    stored: dict[str, Any] = _APPLICATION.dump_python(replace(application, votes=()), mode="json")
    return stored


def application_from_stored(stored: Mapping[str, Any], votes: Sequence[Vote]) -> Application:
    return replace(_APPLICATION.validate_python(dict(stored)), votes=tuple(votes))


def stored_vote(vote: Vote) -> dict[str, Any]:
    stored: dict[str, Any] = _VOTE.dump_python(vote, mode="json")
    return stored


def vote_from_stored(stored: Mapping[str, Any]) -> Vote:
    return _VOTE.validate_python(dict(stored))
