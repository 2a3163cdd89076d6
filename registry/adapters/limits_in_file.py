"""The parts of a project file that say how much of the machine its workspaces may take."""

from typing import Annotated

from pydantic import AfterValidator, Field

from registry.adapters.fields import FileModel, ProfileName
from registry.domain.limits import PROFILES, Idle, Limits, Profile, Quota

Cpus = Annotated[float, Field(ge=0.1, le=1024)]
Gibibytes = Annotated[float, Field(ge=0.25, le=65536)]


class ProfilePart(FileModel):
    cpus: Cpus
    memory_gib: Gibibytes


class QuotaPart(FileModel):
    cpus: Cpus = Quota().cpus
    memory_gib: Gibibytes = Quota().memory_gib
    disk_gib: Gibibytes = Quota().disk_gib
    shared_gib: Gibibytes = Quota().shared_gib
    files: Annotated[int, Field(ge=1000, le=100_000_000)] = Quota().files


class IdlePart(FileModel):
    stop_after_minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] = Idle().stop_after_minutes
    warn_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = Idle().warn_minutes
    longest_hours: Annotated[int, Field(ge=1, le=90 * 24)] = Idle().longest_hours


def _not_empty(profiles: dict[str, ProfilePart]) -> dict[str, ProfilePart]:
    if not profiles:
        raise ValueError("must name a size, or be left out")
    return profiles


Profiles = Annotated[dict[ProfileName, ProfilePart], AfterValidator(_not_empty)]


def limits(profiles: dict[str, ProfilePart] | None, quota: QuotaPart, idle: IdlePart) -> Limits:
    """What the three parts say together; the first profile is the default one."""
    written = (profiles or {}).items()
    return Limits(
        profiles=tuple(
            Profile(name=name, cpus=part.cpus, memory_gib=part.memory_gib) for name, part in written
        )
        or PROFILES,
        quota=Quota(**quota.model_dump()),
        idle=Idle(
            stop_after_minutes=idle.stop_after_minutes,
            warn_minutes=idle.warn_minutes,
            longest_hours=idle.longest_hours,
        ),
    )
