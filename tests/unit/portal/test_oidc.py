"""What a provider says is believed only where all of it holds."""

import base64
import json
from datetime import UTC, datetime

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from portal.oidc import (
    OidcProvider,
    OidcSettings,
    ProviderRefused,
    ProviderUnavailable,
    nonce_of,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ISSUER = "https://login.example"
VERIFIER = "v" * 64
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
SETTINGS = OidcSettings(
    issuer=ISSUER, client_id="haven", client_secret="secret", redirect_uri="https://x/callback"
)


class Login:
    """A provider whose every word the test chooses."""

    def __init__(self):
        self.keys, self.signs_with, self.header = [KEY], KEY, {"alg": "RS256", "kid": "one"}
        self.claims = {
            "iss": ISSUER, "aud": "haven", "sub": "s1", "nonce": nonce_of(VERIFIER),
            "iat": int(NOON.timestamp()), "exp": int(NOON.timestamp()) + 300,
            "preferred_username": "Ada", "amr": ["mfa"], "auth_time": int(NOON.timestamp()),
        }  # fmt: skip
        self.metadata = {
            "issuer": ISSUER, "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys",
            "authorization_endpoint": f"{ISSUER}/auth",
        }  # fmt: skip
        self.asked, self.token = [], None

    def answer(self, request):
        self.asked.append(request.url.path)
        if request.url.path == "/token":
            token = self.token or jwt.encode(self.header, self.claims, self.signs_with, list(ALL))
            return httpx2.Response(200, json={"id_token": token})
        if request.url.path == "/keys":
            content = KeySet(self.keys).as_dict(private=False)
            return httpx2.Response(200, content=json.dumps(content))
        return httpx2.Response(200, json=self.metadata)


ALL = ("RS256", "HS256")


@pytest.fixture
def login():
    return Login()


@pytest.fixture
def ask(login):
    with httpx2.Client(transport=httpx2.MockTransport(login.answer)) as client:
        provider = OidcProvider(client, SETTINGS)

        def ask(*, is_fresh=False):
            return provider.claimed(code="c", verifier=VERIFIER, is_fresh=is_fresh, now=NOON)

        yield ask


def test_what_holds_names_a_person(ask):
    claimed = ask()

    assert (claimed.issuer, claimed.subject, claimed.username) == (ISSUER, "s1", "ada")
    assert claimed.has_second_factor
    assert claimed.groups is None


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["haven", "another"]},
     {"azp": "another"}, {"nonce": "another"}, {"nonce": None}, {"sub": None}, {"exp": None},
     {"exp": int(NOON.timestamp()) - 61}, {"iat": int(NOON.timestamp()) + 120},
     {"nbf": int(NOON.timestamp()) + 120}],
)  # fmt: skip
def test_a_claim_that_does_not_hold_names_nobody(login, ask, claims):
    login.claims = {k: v for k, v in (login.claims | claims).items() if v is not None}

    with pytest.raises(ProviderRefused) as refused:
        ask()

    assert refused.value.why == "token_not_valid"


def test_a_token_signed_with_another_key_names_nobody(login, ask):
    login.signs_with = OTHER

    with pytest.raises(ProviderRefused):
        ask()


def test_a_token_signed_with_a_key_that_is_not_published_any_more_names_nobody(login, ask):
    ask()
    login.keys, login.signs_with = [OTHER], KEY
    login.header = {"alg": "RS256", "kid": "gone"}

    with pytest.raises(ProviderRefused):
        ask()


def test_a_new_key_is_fetched_when_a_token_names_it(login, ask):
    ask()
    login.keys, login.signs_with = [OTHER], OTHER
    login.header = {"alg": "RS256", "kid": "two"}

    assert ask().username == "ada"
    assert login.asked.count("/keys") == 2


def test_a_token_signed_with_a_shared_secret_names_nobody(login, ask):
    login.signs_with = OctKey.import_key("secret-of-32-letters-and-then-some")
    login.header = {"alg": "HS256", "kid": "one"}

    with pytest.raises(ProviderRefused):
        ask()


def test_a_token_without_a_signature_names_nobody(login, ask):
    parts = ({"alg": "none"}, login.claims)
    coded = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts]
    login.token = (b".".join(coded) + b".").decode()

    with pytest.raises(ProviderRefused):
        ask()


@pytest.mark.parametrize("amr", [None, [], "mfa", ["pwd"], [["mfa"]], {"mfa": 1}])
def test_a_second_factor_that_is_not_said_is_none(login, ask, amr):
    login.claims = {k: v for k, v in (login.claims | {"amr": amr}).items() if v is not None}

    assert not ask().has_second_factor


@pytest.mark.parametrize("auth_time", [None, True, "now", int(NOON.timestamp()) - 400])
def test_who_must_prove_it_again_and_did_not_is_refused(login, ask, auth_time):
    login.claims |= {"auth_time": auth_time}

    with pytest.raises(ProviderRefused) as refused:
        ask(is_fresh=True)

    assert refused.value.why == "not_fresh"


def test_a_provider_by_another_name_is_none(login, ask):
    login.metadata["issuer"] = "https://evil.example"

    with pytest.raises(ProviderUnavailable):
        ask()


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_a_provider_that_does_not_say_where_is_none(login, ask, name):
    del login.metadata[name]

    with pytest.raises(ProviderUnavailable):
        ask()


def test_a_provider_that_is_down_names_nobody():
    def down(_request):
        raise httpx2.ConnectError("no")

    with httpx2.Client(transport=httpx2.MockTransport(down)) as client:
        provider = OidcProvider(client, SETTINGS)
        with pytest.raises(ProviderUnavailable):
            provider.address(state="s", verifier=VERIFIER, is_fresh=False, now=NOON)
