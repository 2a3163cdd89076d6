"""The doctor on a running installation: well as it is, and not well once something is loosened."""

import pytest

from infra.doctor import place_checks
from infra.doctor.catalogue import CHECKS
from infra.doctor.check import Weight
from infra.doctor.examine import examine


def unwell(instance, *check_ids):
    chosen = [check for check in CHECKS if not check_ids or check.check_id in check_ids]
    return {
        result.check.check_id: result.seen
        for result in examine(instance, chosen)
        if not result.well and result.check.weight is not Weight.ADVICE
    }


def test_a_default_installation_keeps_every_promise(told):
    assert unwell(told.instance) == {}


def test_one_over_https_does_too(secured):
    assert unwell(secured.instance) == {}


@pytest.mark.parametrize("mode", [0o440, 0o404])
def test_a_secret_that_others_can_read_is_named(told, mode):
    secret = told.instance.secrets / "hub" / "cookie_secret"
    before = secret.stat().st_mode
    secret.chmod(mode)
    try:
        assert "cookie_secret" in unwell(told.instance, "P1")["P1"]
    finally:
        secret.chmod(before)


def test_a_certificate_that_a_browser_would_not_trust_is_named(secured, monkeypatch):
    monkeypatch.setattr(type(secured.instance), "trusted", None)

    assert "a browser would refuse it" in unwell(secured.instance, "P6")["P6"]


def test_a_certificate_that_is_trusted_has_time_left(secured):
    assert "good for" in place_checks.certificate(secured.instance) or "within the day" in (
        place_checks.certificate(secured.instance)
    )


def test_a_role_that_may_change_the_ledger_is_named(told):
    from infra.doctor.data_checks import asked

    asked(told.instance, "grant update on ledger to haven_app")
    try:
        assert "UPDATE" in unwell(told.instance, "D1")["D1"]
    finally:
        asked(told.instance, "revoke update on ledger from haven_app")
