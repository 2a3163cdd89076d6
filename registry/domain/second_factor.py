"""What somebody proves besides a password: a code that lasts 30 seconds, or a recovery code."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from registry.domain import prober

RECOVERY_CODES: Final = 10
# A set-up that was begun and not finished: what it showed is worth nothing afterwards.
SETUP_LIFE: Final = timedelta(minutes=15)
# Without what is easily taken for something else: no 0, 1, i, l, o, u.
_LETTERS: Final = "abcdefghjkmnpqrstvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


class Mfa(StrEnum):
    """What the installation asks of people: `optional` asks those who set one up."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """One person's.

    Attributes:
        sealed: The secret that the person's app holds too, encrypted.
        confirmed_at: None until the first right code: then it is asked for.
        last_step: The time step of the last code that was accepted. None of it or before is
            accepted again.
        used_at: When that was.
    """

    username: str
    sealed: bytes
    begun_at: datetime
    confirmed_at: datetime | None = None
    last_step: int | None = None
    used_at: datetime | None = None

    def is_pending(self, now: datetime) -> bool:
        return self.confirmed_at is None and now < self.begun_at + SETUP_LIFE

    def accepts(self, step: int) -> bool:
        return self.last_step is None or step > self.last_step


def must_set_up(mfa: Mfa, username: str, factor: SecondFactor | None) -> bool:
    """Whether nothing else is open to this person yet.

    The probes' accounts are excepted: a program signs in there, with a password that only the
    host's root can read.
    """
    if mfa is not Mfa.REQUIRED or username in prober.USERNAMES:
        return False
    return factor is None or factor.confirmed_at is None


def is_asked(mfa: Mfa, factor: SecondFactor | None) -> bool:
    """Whether a sign-in of this person needs a code."""
    return mfa is not Mfa.OFF and factor is not None and factor.confirmed_at is not None


def new_recovery_codes() -> tuple[str, ...]:
    """Ten, of 78 random bits each, in groups that can be read out."""
    return tuple(
        "-".join(
            "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
        )
        for _ in range(RECOVERY_CODES)
    )


def recovery_hash(username: str, code: str) -> str:
    """What is kept of one: there is nothing to guess in it, so a plain hash is enough."""
    plain = "".join(code.lower().replace("-", "").split())
    return hashlib.sha256(f"{username}:{plain}".encode("utf-8", "replace")).hexdigest()
