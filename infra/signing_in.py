"""What people must prove to sign in, and how long that holds."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra.errors import NotReady
from infra.provider import Provider
from infra.provider import from_environment as provider_from_environment

MFA: Final = ("required", "optional", "off")
BINDINGS: Final = ("none", "address", "browser", "both")
MOST_STEP_UP_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """How people sign in.

    Attributes:
        mfa: Whether a second factor is asked for; `optional` asks those who set one up.
        one_session: Whether a new sign-in ends the sessions that the person has.
        binding: What a session may only be used from.
        step_up_minutes: Age of a code after which a decision needs another; 0: never.
        provider: Where people can sign in besides Haven's own accounts; None: nowhere.
    """

    mfa: str = "required"
    one_session: bool = True
    binding: str = "none"
    step_up_minutes: int = 0
    provider: Provider | None = None

    def for_compose(self) -> Mapping[str, str]:
        return {
            "HAVEN_MFA": self.mfa,
            "HAVEN_ONE_SESSION": "yes" if self.one_session else "no",
            "HAVEN_SESSION_BINDING": self.binding,
            "HAVEN_STEP_UP_MINUTES": str(self.step_up_minutes),
            **(self.provider.for_compose() if self.provider else {}),
        }


def from_environment() -> SigningIn:
    """What HAVEN_MFA, HAVEN_ONE_SESSION, HAVEN_SESSION_BINDING and HAVEN_STEP_UP_MINUTES say.

    Raises:
        NotReady: One says something else than it can.
    """
    return SigningIn(
        mfa=_one_of("HAVEN_MFA", MFA),
        one_session=_one_of("HAVEN_ONE_SESSION", ("yes", "no")) == "yes",
        binding=_one_of("HAVEN_SESSION_BINDING", BINDINGS),
        step_up_minutes=_minutes("HAVEN_STEP_UP_MINUTES"),
        provider=provider_from_environment(),
    )


def _one_of(name: str, known: tuple[str, ...]) -> str:
    wanted = os.environ.get(name) or known[0]
    if wanted not in known:
        raise NotReady(f"{name} is {wanted!r}; it can be {', '.join(known)}")
    return wanted


def _minutes(name: str) -> int:
    wanted = os.environ.get(name) or "0"
    if not wanted.isdecimal() or int(wanted) > MOST_STEP_UP_MINUTES:
        raise NotReady(f"{name} is {wanted!r}; it can be 0 to {MOST_STEP_UP_MINUTES} minutes")
    return int(wanted)
