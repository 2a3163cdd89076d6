"""Where notices are sent, as an administrator says it; and what is refused."""

import stat

import pytest
import yaml

from infra import compose, notifying, secrets, services
from infra.errors import NotReady
from infra.notifying import Notifying
from output_checker.adapters.notices.__main__ import ways
from output_checker.adapters.notices.settings import NotifierSettings
from output_checker.domain.message import Channel
from tests.unit.infra.test_doctor import an_instance

MAIL = {"HAVEN_SMTP": "mail.example.org:465", "HAVEN_MAIL_FROM": "haven@example.org"}


def test_without_a_server_or_a_webhook_there_is_no_notifier():
    assert notifying.read({"HAVEN_MAIL_FROM": "haven@example.org"}) is None
    assert "notifier" not in services.names(an_instance())
    assert "notifier.yaml" not in compose._files(an_instance())


def test_a_mail_server_is_a_host_and_a_port_and_encrypted():
    found = notifying.read(MAIL | {"HAVEN_SMTP_SECURITY": "tls"})

    assert (found.smtp_host, found.smtp_port) == ("mail.example.org", 465)
    assert found.words == "mail by mail.example.org"
    assert "notifier" in services.names(an_instance(notifying=found))


@pytest.mark.parametrize(
    "wrong",
    [
        {"HAVEN_SMTP": "mail.example.org"},
        {"HAVEN_SMTP": "mail.example.org:0"},
        {"HAVEN_SMTP": "mail.example.org:99999"},
        {"HAVEN_SMTP_SECURITY": "none"},
        {"HAVEN_MAIL_FROM": ""},
        {"HAVEN_MAIL_FROM": "haven@example.org\nBcc: eve@example.org"},
        {"HAVEN_WEBHOOK_URL": "http://hooks.example.org/x"},
        {"HAVEN_WEBHOOK_URL": "https://me:secret@hooks.example.org/x"},
        {"HAVEN_WEBHOOK_URL": "https://hooks.example.org/x y"},
        {"HAVEN_DIGEST_HOUR": "24"},
    ],
)
def test_what_would_send_in_the_clear_or_cannot_work_is_refused(wrong):
    with pytest.raises(NotReady):
        notifying.read(MAIL | wrong)


def test_the_login_is_a_file_that_only_its_owner_reads(tmp_path):
    login = tmp_path / "login"
    login.write_text("haven\na password\n")
    login.chmod(0o400)
    found = Notifying(smtp_host="mail.example.org", login=login)

    assert found.files() == {
        "haven_smtp_username": "haven",
        "haven_smtp_password": "a password",
    }
    login.chmod(0o444)
    with pytest.raises(NotReady, match="can be read by others"):
        found.files()


@pytest.mark.parametrize("content", ["haven\n", "haven\n\n", "a\nb\nc\n"])
def test_a_login_of_another_form_is_refused(tmp_path, content):
    login = tmp_path / "login"
    login.write_text(content)
    login.chmod(0o400)

    with pytest.raises(NotReady, match="two lines"):
        Notifying(smtp_host="mail.example.org", login=login).files()


def test_the_notifier_gets_its_secrets_and_they_go_with_the_setting(tmp_path, monkeypatch):
    monkeypatch.setattr("os.chown", lambda *_: None)
    found = notifying.read(MAIL)

    secrets.ensure(an_instance(tmp_path, notifying=found))
    folder = tmp_path / "secrets" / "notifier"
    url = (folder / "haven_database_url").read_text()
    assert "haven_notifier:" in url
    assert stat.S_IMODE((folder / "haven_webhook_key").stat().st_mode) == 0o400
    assert {path.name for path in folder.iterdir()} == {"haven_database_url", "haven_webhook_key"}

    secrets.ensure(an_instance(tmp_path))
    assert not folder.exists()


def test_the_notifier_has_no_port_no_data_and_no_way_to_the_store():
    read = yaml.safe_load((compose.FOLDER / "notifier.yaml").read_text())
    notifier = read["services"]["notifier"]

    assert notifier["networks"] == ["front", "data"]
    assert notifier["volumes"] == ["${HAVEN_HOME}/secrets/notifier:/run/secrets:ro"]
    assert "ports" not in notifier
    assert notifier["read_only"] is True
    assert notifier["cap_drop"] == ["ALL"]


def test_no_other_service_but_the_proxy_is_on_a_network_that_leads_out():
    read = yaml.safe_load((compose.FOLDER / "compose.yaml").read_text())
    inside = {name for name, network in read["networks"].items() if network.get("internal")}

    joined = {name: set(one.get("networks", ())) for name, one in read["services"].items()}

    assert {name for name, its in joined.items() if its - inside} == {"proxy"}
    # Without either, compose would give it a network that leads out.
    alone = {name for name, its in joined.items() if not its}
    assert {name: read["services"][name].get("network_mode") for name in alone} == {
        "mirror": "none"
    }


def test_what_compose_hands_over_is_what_the_notifier_reads(tmp_path, monkeypatch):
    found = notifying.read(MAIL | {"HAVEN_WEBHOOK_URL": "https://hooks.example.org/x"})
    (tmp_path / "haven_database_url").write_text("postgresql://x")
    (tmp_path / "haven_webhook_key").write_text("k" * 64)
    monkeypatch.setenv("HAVEN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("HAVEN_PUBLIC_URL", "https://haven.example")
    for name, value in notifying.for_compose(found).items():
        monkeypatch.setenv(name, value)

    settings = NotifierSettings.load()

    assert set(ways(settings)) == {Channel.EMAIL, Channel.WEBHOOK}
    assert settings.authorities is None


def test_a_notifier_without_anything_to_do_does_not_start(tmp_path, monkeypatch):
    (tmp_path / "haven_database_url").write_text("postgresql://x")
    monkeypatch.setenv("HAVEN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("HAVEN_PUBLIC_URL", "https://haven.example")

    with pytest.raises(ValueError, match="nothing to do"):
        NotifierSettings.load()


def test_a_misspelt_setting_stops_the_notifier(tmp_path, monkeypatch):
    monkeypatch.setenv("HAVEN_SMPT_HOST", "mail.example.org")

    with pytest.raises(SystemExit, match="HAVEN_SMPT_HOST"):
        NotifierSettings.load()
