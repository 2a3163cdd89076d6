"""The doctor on a running installation: well as it is, and not well once something is loosened."""

import pytest

from tests.doctoring import unwell


def test_a_default_installation_keeps_every_promise(told):
    assert unwell(told.instance) == {}


@pytest.mark.parametrize("mode", [0o440, 0o404])
def test_a_secret_that_others_can_read_is_named(told, mode):
    secret = told.instance.secrets / "hub" / "cookie_secret"
    before = secret.stat().st_mode
    secret.chmod(mode)
    try:
        assert "cookie_secret" in unwell(told.instance, "P1")["P1"]
    finally:
        secret.chmod(before)


def test_a_role_that_may_change_the_ledger_is_named(told):
    from infra.doctor.data_checks import asked

    asked(told.instance, "grant update on ledger to haven_app")
    try:
        assert "UPDATE" in unwell(told.instance, "D1")["D1"]
    finally:
        asked(told.instance, "revoke update on ledger from haven_app")
