"""Which settings of TLS are taken, and which are refused because they would void a promise."""

from pathlib import Path

import pytest

from infra.errors import NotReady
from infra.instance import Instance, from_environment
from infra.tls import Source, Tls, is_loopback, read, require_usable
from tests.certificates import a_certificate

NAME, EVERYWHERE, HERE = "haven.example.org", "0.0.0.0:443", "127.0.0.1:8000"
HTTPS = f"https://{NAME}"


def test_plain_http_on_this_machine_needs_no_setting():
    assert read({}, public_url="http://127.0.0.1:8000", listen=HERE) is None


@pytest.mark.parametrize("listen", ["0.0.0.0:8000", "192.0.2.7:8000", "8000", ":8000", "[::]:8000"])
def test_plain_http_that_others_can_reach_is_refused_in_words(listen):
    with pytest.raises(NotReady, match="others than this machine can reach"):
        read({}, public_url="http://127.0.0.1:8000", listen=listen)


def test_a_public_address_without_tls_is_refused_in_words():
    with pytest.raises(NotReady, match="unencrypted"):
        read({}, public_url="http://haven.example.org", listen=HERE)


def test_an_https_address_must_say_who_encrypts():
    with pytest.raises(NotReady, match="HAVEN_TLS_CERTIFICATE"):
        read({}, public_url=HTTPS, listen=EVERYWHERE)


def test_tls_without_an_https_address_is_refused():
    with pytest.raises(NotReady, match="must begin with https"):
        read({"HAVEN_TLS": "internal"}, public_url="http://127.0.0.1:8000", listen=HERE)


def test_what_encrypts_in_front_of_the_proxy_must_be_on_this_machine():
    assert read({"HAVEN_TLS": "outside"}, public_url=HTTPS, listen=HERE) is not None
    with pytest.raises(NotReady, match="plain http there"):
        read({"HAVEN_TLS": "outside"}, public_url=HTTPS, listen=EVERYWHERE)


@pytest.mark.parametrize(
    ("settings", "source"),
    [
        ({"HAVEN_TLS_CERTIFICATE": "/c.pem", "HAVEN_TLS_KEY": "/k.pem"}, Source.OWN),
        ({"HAVEN_TLS_ACME_EMAIL": "admin@example.org"}, Source.ACME),
        ({"HAVEN_TLS": "internal"}, Source.INTERNAL),
    ],
    ids=["own files", "ACME", "an authority of one's own"],
)
def test_the_settings_name_the_source(settings, source):
    tls = read(settings, public_url=HTTPS, listen=EVERYWHERE)

    assert tls is not None
    assert tls.source is source
    assert tls.plain_listen == "0.0.0.0:80"


def test_only_the_usual_port_has_the_usual_plain_port_beside_it():
    tls = read({"HAVEN_TLS": "internal"}, public_url=f"{HTTPS}:8443", listen="0.0.0.0:8443")

    assert tls is not None
    assert tls.plain_listen == ""


@pytest.mark.parametrize(
    "settings",
    [
        {"HAVEN_TLS": "yes"},
        {"HAVEN_TLS": "own"},
        {"HAVEN_TLS_CERTIFICATE": "/c.pem"},
        {"HAVEN_TLS": "acme"},
        {"HAVEN_TLS_ACME_EMAIL": "a@b.org }\nadmin 0.0.0.0:1"},
        {"HAVEN_TLS_ACME_EMAIL": "a@b.org", "HAVEN_TLS_ACME_DIRECTORY": "https://x {"},
    ],
    ids=["unknown word", "own without files", "no key", "acme alone", "two lines", "a brace"],
)
def test_half_a_setting_or_a_forged_one_is_refused(settings):
    with pytest.raises(NotReady):
        read(settings, public_url=HTTPS, listen=EVERYWHERE)


@pytest.mark.parametrize(
    "url", ["ftp://x.org", "https://", "https://x.org/haven", "haven.org", "https://x.org}y"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(NotReady):
        read({"HAVEN_TLS": "internal"}, public_url=url, listen=HERE)


@pytest.mark.parametrize("listen", ["127.0.0.1:1", "localhost:1", "[::1]:1", "127.9.9.9:1"])
def test_loopback_is_this_machine(listen):
    assert is_loopback(listen)


@pytest.mark.parametrize(
    ("tls", "words"),
    [({}, "HAVEN_SUBDOMAINS"), ({"HAVEN_TLS_ACME_EMAIL": "a@b.org"}, "DNS")],
    ids=["without TLS", "by ACME"],
)
def test_addresses_for_each_person_need_a_certificate_for_them(monkeypatch, tls, words):
    public = HTTPS if tls else "http://127.0.0.1:8000"
    for name, value in {"HAVEN_SUBDOMAINS": "yes", "HAVEN_PUBLIC_URL": public, **tls}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(NotReady, match=words):
        from_environment()


@pytest.mark.parametrize("runtime", ["../runsc", "runsc --debug", "RUNSC"])
def test_a_runtime_has_a_plain_name(monkeypatch, runtime):
    monkeypatch.setenv("HAVEN_WORKSPACE_RUNTIME", runtime)

    with pytest.raises(NotReady, match="HAVEN_WORKSPACE_RUNTIME"):
        from_environment()


def own(certificate: Path, key: Path) -> Tls:
    return Tls(source=Source.OWN, certificate=certificate, key=key)


def test_a_certificate_that_browsers_would_take_is_taken(tmp_path):
    require_usable(own(*a_certificate(tmp_path, NAME)), names=[NAME])


def test_a_certificate_for_every_name_below_serves_each_person(tmp_path):
    require_usable(own(*a_certificate(tmp_path, "*.example.org")), names=["*.example.org"])


def test_a_certificate_for_another_name_is_refused(tmp_path):
    with pytest.raises(NotReady, match="no good for other"):
        require_usable(own(*a_certificate(tmp_path, NAME)), names=["other.example.org"])


def test_a_certificate_that_has_ended_is_refused(tmp_path):
    with pytest.raises(NotReady, match="expired"):
        require_usable(own(*a_certificate(tmp_path, NAME, ended=True)), names=[NAME])


def test_a_key_of_another_certificate_is_refused(tmp_path):
    (tmp_path / "other").mkdir()
    certificate, _ = a_certificate(tmp_path, NAME)
    _, key = a_certificate(tmp_path / "other", "other.example.org")

    with pytest.raises(NotReady, match="do not belong together"):
        require_usable(own(certificate, key), names=[NAME])


def test_a_key_that_others_can_read_is_refused(tmp_path):
    certificate, key = a_certificate(tmp_path, NAME)
    key.chmod(0o444)

    with pytest.raises(NotReady, match="can be read by others"):
        require_usable(own(certificate, key), names=[NAME])


def test_a_certificate_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(NotReady, match="is not there"):
        require_usable(own(tmp_path / "c", tmp_path / "k"), names=[NAME])


def test_programs_on_this_machine_trust_the_installations_own_authority(tmp_path):
    tls = Tls(source=Source.INTERNAL)
    instance = Instance(name="x", home=tmp_path, listen=HERE, public_url=HTTPS, tls=tls)

    assert instance.trusted == tmp_path / "certificate-authority.pem"


@pytest.mark.parametrize("days", ["abc", "0", "-1", "1.5", "", "99999"])
def test_a_retention_that_is_no_number_of_days_is_refused_in_words(monkeypatch, days):
    monkeypatch.setenv("HAVEN_RETENTION_DAYS", days)

    with pytest.raises(NotReady, match=r"HAVEN_RETENTION_DAYS is .* 1 to 3650 days"):
        from_environment()
