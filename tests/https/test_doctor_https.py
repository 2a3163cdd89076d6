"""The doctor on an installation over https."""

from infra.doctor import place_checks
from tests.doctoring import unwell


def test_an_installation_over_https_keeps_every_promise(secured):
    assert unwell(secured.instance) == {}


def test_a_certificate_that_a_browser_would_not_trust_is_named(secured, monkeypatch):
    monkeypatch.setattr(type(secured.instance), "trusted", None)

    assert "a browser would refuse it" in unwell(secured.instance, "P6")["P6"]


def test_a_certificate_that_is_trusted_has_time_left(secured):
    assert "good for" in place_checks.certificate(secured.instance) or "within the day" in (
        place_checks.certificate(secured.instance)
    )
