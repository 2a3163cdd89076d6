"""What the proxy is handed: its configuration, and nothing it had before."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra import proxy
from infra.instance import UIDS, Instance
from infra.tls import Source, Tls

CADDY = Path(sys.executable).parent / "caddy"
SOURCES = {
    "plain": None,
    "outside": Tls(source=Source.OUTSIDE),
    "internal": Tls(source=Source.INTERNAL),
    "acme": Tls(source=Source.ACME, email="a@b.org", directory="https://ca.example.org/dir"),
}


def an_instance(home, tls=None, **changes):
    public_url = "https://haven.example.org" if tls else "http://127.0.0.1:8000"
    return Instance(name="x", home=home, listen="127.0.0.1:8000", public_url=public_url, tls=tls,
                    **changes)  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("subdomains", [False, True], ids=["one address", "one a person"])
def test_the_proxy_takes_the_configuration(tmp_path, source, subdomains):
    instance = an_instance(tmp_path, SOURCES[source], subdomains=subdomains)
    (tmp_path / "Caddyfile").write_text(proxy.configuration(instance))

    validated = subprocess.run(
        [CADDY, "validate", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile"],
        env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert validated.returncode == 0, validated.stderr


@pytest.mark.parametrize("source", SOURCES)
def test_the_hubs_private_questions_are_closed_however_it_encrypts(tmp_path, source):
    text = proxy.configuration(an_instance(tmp_path, SOURCES[source]))

    assert 'handle /internal/* {\n\t\trespond "Not found" 404' in text
    assert "admin off" in text


def test_what_the_proxy_is_handed_only_the_proxy_can_read(tmp_path, monkeypatch):
    owners = {}
    monkeypatch.setattr("os.chown", lambda path, uid, _gid: owners.update({Path(path).name: uid}))
    (tmp_path / "cert").write_text("certificate")
    (tmp_path / "key").write_text("key")
    tls = Tls(source=Source.OWN, certificate=tmp_path / "cert", key=tmp_path / "key")
    proxy.hand_over(an_instance(tmp_path, tls))
    folder = tmp_path / "secrets" / "proxy"

    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "Caddyfile": 0o400, "certificate.pem": 0o400, "key.pem": 0o400,
    }  # fmt: skip
    assert folder.stat().st_mode & 0o777 == 0o500
    assert set(owners.values()) == {UIDS["proxy"]}


def test_a_key_that_is_not_used_any_more_is_taken_away_and_the_proxy_starts_anew(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("os.chown", lambda *_: None)
    (tmp_path / "key").write_text("key")
    proxy.hand_over(
        an_instance(
            tmp_path,
            Tls(source=Source.OWN, certificate=tmp_path / "key", key=tmp_path / "key"),
        )
    )
    before = proxy.fingerprint(an_instance(tmp_path))

    proxy.hand_over(an_instance(tmp_path))

    assert [path.name for path in (tmp_path / "secrets" / "proxy").iterdir()] == ["Caddyfile"]
    assert proxy.fingerprint(an_instance(tmp_path)) != before


def test_the_root_certificate_is_exported_for_people_and_its_key_is_not(tmp_path):
    instance = an_instance(tmp_path, SOURCES["internal"])
    root = proxy.authority(instance)
    root.parent.mkdir(parents=True)
    root.write_text("root")
    root.with_name("root.key").write_text("secret")

    exported = proxy.export_authority(instance)

    assert exported == instance.trusted
    assert exported.read_text() == "root"
    assert "secret" not in "".join(p.read_text() for p in tmp_path.iterdir() if p.is_file())


def test_there_is_no_root_to_export_when_somebody_else_signs(tmp_path):
    assert proxy.export_authority(an_instance(tmp_path, SOURCES["acme"])) is None
