"""A project's limits as the database keeps them: what was not said then has today's default."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from registry.domain.limits import PROFILES, Idle, Limits, Profile, Quota


def to_stored(limits: Limits) -> dict[str, Any]:
    return {
        "profiles": [asdict(profile) for profile in limits.profiles],
        "quota": asdict(limits.quota),
        "idle": asdict(limits.idle),
    }


def from_stored(stored: Mapping[str, Any]) -> Limits:
    profiles = tuple(Profile(**profile) for profile in stored.get("profiles", ()))
    return Limits(
        profiles=profiles or PROFILES,
        quota=Quota(**stored.get("quota", {})),
        idle=Idle(**stored.get("idle", {})),
    )
