"""How much of the machine a project's workspaces may take, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

GIBIBYTE: Final = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A size of workspace that a person may choose.

    Attributes:
        cpus: Cores, in fractions.
        memory_gib: Hard limit, swap included.
    """

    name: str
    cpus: float
    memory_gib: float

    @property
    def memory_bytes(self) -> int:
        return round(self.memory_gib * GIBIBYTE)

    @property
    def words(self) -> str:
        return f"{self.name}: {amount(self.cpus)} CPU, {amount(self.memory_gib)} GiB of memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a project may take.

    Attributes:
        cpus: All its running workspaces together.
        memory_gib: Likewise.
        disk_gib: Each person's home and /outputs together.
        shared_gib: The project's /shared.
        files: How many files and folders each of these holds at most.
    """

    cpus: float = 64.0
    memory_gib: float = 128.0
    disk_gib: float = 10.0
    shared_gib: float = 20.0
    files: int = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """When a workspace that nobody uses is stopped, and when every one is.

    Attributes:
        stop_after_minutes: Without input and with kernels at rest.
        warn_minutes: How long before that its person is told.
        longest_hours: However busy it is.
    """

    stop_after_minutes: int = 120
    warn_minutes: int = 15
    longest_hours: int = 72

    @property
    def stop_after(self) -> timedelta:
        return timedelta(minutes=self.stop_after_minutes)

    @property
    def warning(self) -> timedelta:
        return timedelta(minutes=self.warn_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.longest_hours)


PROFILES: Final = (
    Profile(name="standard", cpus=2.0, memory_gib=4.0),
    Profile(name="small", cpus=1.0, memory_gib=2.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A project's limits. The first profile is what somebody gets who has not chosen."""

    profiles: tuple[Profile, ...] = PROFILES
    quota: Quota = Quota()
    idle: Idle = Idle()

    def __str__(self) -> str:
        sizes = "; ".join(profile.words for profile in self.profiles)
        quota, idle = self.quota, self.idle
        return (
            f"{sizes}; together {amount(quota.cpus)} CPU and {amount(quota.memory_gib)} GiB; "
            f"{amount(quota.disk_gib)} GiB of disk each, {amount(quota.shared_gib)} GiB shared, "
            f"{quota.files} files; "
            f"stopped after {idle.stop_after_minutes} idle minutes, at most "
            f"{idle.longest_hours} hours"
        )

    def profile(self, name: str | None) -> Profile:
        """The profile of this name; the first, when there is none of it any more."""
        return next((one for one in self.profiles if one.name == name), self.profiles[0])


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one running workspace takes."""

    cpus: float
    memory_bytes: int


def why_too_much(limits: Limits, profile: Profile, running: Sequence[Taken]) -> str | None:
    """Why one more workspace of this size does not fit into the project's quota, in words."""
    cpus = sum(one.cpus for one in running)
    memory_gib = sum(one.memory_bytes for one in running) / GIBIBYTE
    advice = "Choose a smaller size on the project's page, or wait until a colleague stops theirs."
    if cpus + profile.cpus > limits.quota.cpus:
        words = _too_much("CPUs", cpus, limits.quota.cpus, profile.cpus)
        return f"{words} {advice}"
    if memory_gib + profile.memory_gib > limits.quota.memory_gib:
        words = _too_much("GiB of memory", memory_gib, limits.quota.memory_gib, profile.memory_gib)
        return f"{words} {advice}"
    return None


def amount(number: float) -> str:
    return f"{number:g}"


def _too_much(unit: str, used: float, quota: float, needed: float) -> str:
    return (
        f"The project's running workspaces take {amount(round(used, 2))} of its {amount(quota)} "
        f"{unit}, and yours would take {amount(needed)} more."
    )
