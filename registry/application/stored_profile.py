"""Profiles as the database keeps them: only what may be shown."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from registry.domain.profile import ShownProfile

_PROFILE: Final = TypeAdapter(ShownProfile)


def profile_to_stored(profile: ShownProfile) -> dict[str, Any]:
    stored: dict[str, Any] = _PROFILE.dump_python(profile, mode="json")
    return stored


def profile_from_stored(stored: Mapping[str, Any]) -> ShownProfile:
    return _PROFILE.validate_python(stored)
