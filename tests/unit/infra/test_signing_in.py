"""What an administrator says about signing in, and what is made of it."""

import json

import pytest

from infra import provider, signing_in
from infra.errors import NotReady

ISSUER = "https://login.example/realms/haven"


def test_a_second_factor_is_needed_where_nobody_says_otherwise():
    said = signing_in.from_environment()

    assert said.for_compose() == {
        "HAVEN_MFA": "required",
        "HAVEN_ONE_SESSION": "yes",
        "HAVEN_SESSION_BINDING": "none",
        "HAVEN_STEP_UP_MINUTES": "0",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [("HAVEN_MFA", "no"), ("HAVEN_ONE_SESSION", "true"), ("HAVEN_SESSION_BINDING", "ip"),
     ("HAVEN_STEP_UP_MINUTES", "-1"), ("HAVEN_STEP_UP_MINUTES", "1441"),
     ("HAVEN_OIDC_ISSUER", "http://login.example")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(NotReady, match=name):
        signing_in.from_environment()


@pytest.fixture
def said(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    monkeypatch.setenv("HAVEN_OIDC_ISSUER", ISSUER)
    monkeypatch.setenv("HAVEN_OIDC_CLIENT_ID", "haven")
    monkeypatch.setenv("HAVEN_OIDC_SECRET", str(secret))
    return secret


def test_a_provider_is_handed_to_the_portal(said, monkeypatch):
    monkeypatch.setenv("HAVEN_OIDC_ROLES", "tre-admins=admin, tre-audit=auditor")

    found = provider.from_environment()

    assert found.files() == {"haven_oidc_client_secret": "s3cret"}
    handed = found.for_compose()
    assert json.loads(handed["HAVEN_OIDC_ROLES"]) == {"tre-admins": "admin", "tre-audit": "auditor"}
    assert "s3cret" not in str(handed)


def test_what_is_handed_over_is_what_the_portal_reads(said, monkeypatch, tmp_path):
    from tests.unit.infra.portal_settings import read

    settings = read(monkeypatch, tmp_path, provider.from_environment().for_compose())

    assert settings.oidc_issuer == ISSUER
    assert settings.oidc_strong_amr == {"mfa", "otp", "hwk", "fido"}
    assert settings.oidc_roles is None


def test_a_secret_that_others_can_read_is_refused(said):
    said.chmod(0o644)

    with pytest.raises(NotReady, match="HAVEN_OIDC_SECRET"):
        provider.from_environment().files()


@pytest.mark.parametrize("roles", ["x=owner", "admin", "=admin"])
def test_a_role_that_groups_cannot_give_is_refused(said, monkeypatch, roles):
    monkeypatch.setenv("HAVEN_OIDC_ROLES", roles)

    with pytest.raises(NotReady, match="HAVEN_OIDC_ROLES"):
        provider.from_environment()
