"""Asking an OpenID provider who somebody is: code flow with PKCE, state and nonce.

What the provider says is believed only where its signature, issuer, audience, nonce and times hold;
how somebody proved who they are is read from `amr` and `acr`, and never assumed.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "RS384", "PS384", "RS512", "PS512")
# A provider's clock may be this much off.
LEEWAY: Final = timedelta(seconds=60)
# How long ago somebody who is asked to prove it again may have done so.
FRESH: Final = timedelta(minutes=5)
DOES_NOT_HOLD: Final = "What the provider said does not hold. Start again."
_METADATA_LIFE: Final = timedelta(minutes=10)


class ProviderRefused(Exception):
    """What came back does not hold; `why` is for the ledger, the message for the person."""

    def __init__(self, why: str, words: str) -> None:
        super().__init__(words)
        self.why = why


class ProviderUnavailable(Exception):
    """The provider did not answer in time, or with something that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """One provider.

    Attributes:
        username_claim: Which claim is the person's name here.
        strong_amr, strong_acr: Which values say that a second factor was proved.
        groups_claim: Which claim lists groups; roles are read from it only where `roles` maps one.
        roles: Group -> admin or auditor.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    name: str = "your organisation"
    scope: str = "openid profile"
    username_claim: str = "preferred_username"
    strong_amr: frozenset[str] = frozenset({"mfa", "otp", "hwk", "fido"})
    strong_acr: frozenset[str] = frozenset()
    groups_claim: str = "groups"
    roles: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Whom a provider names.

    Attributes:
        has_second_factor: Whether the provider says so, in `amr` or `acr`.
        groups: None where it said nothing about groups.
    """

    issuer: str
    subject: str
    username: str
    has_second_factor: bool
    groups: frozenset[str] | None


class OidcProvider:
    """One provider over HTTP; its metadata and keys are kept for ten minutes.

    A token signed with a key that is not among them has them fetched once more.
    """

    def __init__(self, client: httpx2.Client, settings: OidcSettings) -> None:
        self._client = client
        self.settings = settings
        self._metadata: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def address(self, *, state: str, verifier: str, is_fresh: bool, now: datetime) -> str:
        """Where to send the browser.

        Raises:
            ProviderUnavailable: The provider does not say where.
        """
        question = {
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect_uri,
            "response_type": "code",
            "scope": self.settings.scope,
            "state": state,
            "nonce": nonce_of(verifier),
            "code_challenge": _sha256(verifier.encode("ascii")),
            "code_challenge_method": "S256",
        }
        if self.settings.strong_acr:
            question["acr_values"] = " ".join(sorted(self.settings.strong_acr))
        if is_fresh:
            question |= {"prompt": "login", "max_age": "0"}
        return f"{self._place('authorization_endpoint', now)}?{urlencode(question)}"

    def claimed(self, *, code: str, verifier: str, is_fresh: bool, now: datetime) -> Claimed:
        """Trade the code that a browser brought back for whom the provider names.

        Raises:
            ProviderRefused, ProviderUnavailable: Nobody is named.
        """
        answer = self._json(
            "POST",
            self._place("token_endpoint", now),
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.settings.redirect_uri,
                "code_verifier": verifier,
            },
            auth=(self.settings.client_id, self.settings.client_secret),
        )
        claims = self._verified(str(answer.get("id_token", "")), nonce_of(verifier), now)
        if is_fresh and not _is_recent(claims.get("auth_time"), now):
            raise ProviderRefused("not_fresh", "The provider did not ask you to prove it again.")
        return self._person(claims)

    def _verified(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        try:
            claims = self._decoded(token, now)
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=int(LEEWAY.total_seconds()),
                iss={"essential": True, "value": self.settings.issuer},
                aud={"essential": True, "value": self.settings.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(dict(claims))
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderRefused("token_not_valid", DOES_NOT_HOLD) from error
        is_for_another = claims.get("azp", self.settings.client_id) != self.settings.client_id
        if is_for_another or (isinstance(claims["aud"], list) and len(claims["aud"]) > 1):
            raise ProviderRefused("token_not_valid", DOES_NOT_HOLD)
        return claims

    def _decoded(self, token: str, now: datetime) -> Mapping[str, Any]:
        keys = self._key_set(now, is_anew=False)
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except InvalidKeyIdError:
            # The provider changed its keys since they were fetched.
            return jwt.decode(token, self._key_set(now, is_anew=True), algorithms=ALGORITHMS).claims

    def _person(self, claims: Mapping[str, Any]) -> Claimed:
        wanted, name = self.settings, claims.get(self.settings.username_claim)
        amr, groups = claims.get("amr"), claims.get(wanted.groups_claim)
        methods = {one for one in amr if isinstance(one, str)} if isinstance(amr, list) else set()
        return Claimed(
            issuer=wanted.issuer,
            subject=str(claims["sub"]),
            username=name.strip().lower() if isinstance(name, str) else "",
            has_second_factor=bool(methods & wanted.strong_amr)
            or claims.get("acr") in wanted.strong_acr,
            groups=frozenset(map(str, groups)) if isinstance(groups, list) else None,
        )

    def _key_set(self, now: datetime, *, is_anew: bool) -> KeySet:
        if self._keys is None or is_anew or now - self._keys[0] > _METADATA_LIFE:
            found = self._json("GET", self._place("jwks_uri", now))
            try:
                self._keys = (now, KeySet.import_key_set(found))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderUnavailable("the provider's keys make no sense") from error
        return self._keys[1]

    def _place(self, name: str, now: datetime) -> str:
        if self._metadata is None or now - self._metadata[0] > _METADATA_LIFE:
            issuer = self.settings.issuer
            found = self._json("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise ProviderUnavailable("the provider calls itself by another name")
            self._metadata = (now, found)
        place = self._metadata[1].get(name)
        if not isinstance(place, str):
            raise ProviderUnavailable(f"the provider has no {name}")
        return place

    def _json(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, address, **more)
            found = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable("the provider did not answer") from error
        if 400 <= answer.status_code < 500:  # noqa: PLR2004 - the client errors of HTTP
            raise ProviderRefused("code_not_accepted", "The provider did not accept this sign-in.")
        if answer.status_code != httpx2.codes.OK or not isinstance(found, dict):
            raise ProviderUnavailable(f"the provider answered {answer.status_code}")
        return found


def nonce_of(verifier: str) -> str:
    """Bound to the secret in the browser's sealed cookie, of which it tells nothing."""
    return _sha256(b"haven nonce:" + verifier.encode("ascii"))


def _sha256(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")


def _is_recent(auth_time: object, now: datetime) -> bool:
    # A truth value is a number to Python, and no time.
    if isinstance(auth_time, bool) or not isinstance(auth_time, int | float):
        return False
    return abs(now.timestamp() - auth_time) <= (FRESH + LEEWAY).total_seconds()
