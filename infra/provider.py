"""The OpenID provider at which people sign in, if there is one."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infra.errors import NotReady

_ISSUER: Final = re.compile(r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$")
_CLAIM: Final = re.compile(r"^[A-Za-z0-9_:./-]{1,200}$")
_ROLES: Final = ("admin", "auditor")
_OTHERS_MAY: Final = 0o077
_DEFAULT_AMR: Final = ("mfa", "otp", "hwk", "fido")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider.

    Attributes:
        secret: A file that holds the client's secret and nobody else can read.
        strong_amr, strong_acr: Values of these claims that stand for a second factor.
        roles: Group of the provider -> admin or auditor; empty: groups mean nothing here.
    """

    issuer: str
    client_id: str
    secret: Path
    username_claim: str = "preferred_username"
    groups_claim: str = "groups"
    strong_amr: tuple[str, ...] = _DEFAULT_AMR
    strong_acr: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        """What the portal is handed as files, by name.

        Raises:
            NotReady: The secret is missing, or others can read it.
        """
        try:
            mode, secret = self.secret.stat().st_mode, self.secret.read_text().strip()
        except OSError as error:
            raise NotReady(f"HAVEN_OIDC_SECRET: {self.secret} cannot be read") from error
        if mode & _OTHERS_MAY or not secret:
            raise NotReady(f"HAVEN_OIDC_SECRET: {self.secret} is empty, or others can read it")
        return {"haven_oidc_client_secret": secret}

    def for_compose(self) -> Mapping[str, str]:
        return {
            "HAVEN_OIDC_ISSUER": self.issuer,
            "HAVEN_OIDC_CLIENT_ID": self.client_id,
            "HAVEN_OIDC_USERNAME_CLAIM": self.username_claim,
            "HAVEN_OIDC_GROUPS_CLAIM": self.groups_claim,
            "HAVEN_OIDC_STRONG_AMR": json.dumps(self.strong_amr),
            "HAVEN_OIDC_STRONG_ACR": json.dumps(self.strong_acr),
            "HAVEN_OIDC_ROLES": json.dumps(dict(self.roles) or None),
        }


def from_environment() -> Provider | None:
    """What the variables HAVEN_OIDC_... say; None without an issuer.

    Raises:
        NotReady: One says something else than it can.
    """
    issuer = os.environ.get("HAVEN_OIDC_ISSUER", "")
    if not issuer:
        return None
    if not _ISSUER.match(issuer):
        raise NotReady(f"HAVEN_OIDC_ISSUER is {issuer!r}; it must be an https address")
    return Provider(
        issuer=issuer,
        client_id=_claim("HAVEN_OIDC_CLIENT_ID", ""),
        secret=Path(os.environ.get("HAVEN_OIDC_SECRET", "")),
        username_claim=_claim("HAVEN_OIDC_USERNAME_CLAIM", "preferred_username"),
        groups_claim=_claim("HAVEN_OIDC_GROUPS_CLAIM", "groups"),
        strong_amr=_list("HAVEN_OIDC_STRONG_AMR") or _DEFAULT_AMR,
        strong_acr=_list("HAVEN_OIDC_STRONG_ACR"),
        roles=_roles(),
    )


def _claim(name: str, otherwise: str) -> str:
    wanted = os.environ.get(name) or otherwise
    if not _CLAIM.match(wanted):
        raise NotReady(f"{name} is {wanted!r}; use letters, digits and . _ : / -")
    return wanted


def _list(name: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in os.environ.get(name, "").split(",") if one.strip())


def _roles() -> Mapping[str, str]:
    found = {}
    for one in _list("HAVEN_OIDC_ROLES"):
        group, _, role = one.rpartition("=")
        if not group or role not in _ROLES:
            raise NotReady(f"HAVEN_OIDC_ROLES: {one!r} is not a group=admin or group=auditor")
        found[group] = role
    return found
