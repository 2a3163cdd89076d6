import json

import pytest
import structlog
from pydantic import ValidationError

from output_checker.adapters import draw_workflow, log
from output_checker.adapters.settings import Settings

NEEDED = {
    "HAVEN_DATABASE_URL": "postgresql://haven_app:hidden@localhost/haven",
    "HAVEN_STORE_ENDPOINT": "store:8333",
    "HAVEN_STORE_ACCESS_KEY": "k",
    "HAVEN_STORE_SECRET_KEY": "hidden",
    "HAVEN_OUTPUTS_DIR": "/srv/outputs",
    "HAVEN_ANSWERS_DIR": "/srv/answers",
    "HAVEN_QUARANTINE_DIR": "/srv/quarantine",
    "HAVEN_INDEXES_DIR": "/srv/indexes",
    "HAVEN_RERUNS_DIR": "/srv/reruns",
    "HAVEN_INGRESS_DIR": "/srv/ingress",
    "HAVEN_INPUTS_DIR": "/srv/inputs",
    "HAVEN_INDEX_SECRET": "ab" * 32,
    "HAVEN_DATASETS_DIR": "/srv/datasets",
}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HAVEN_SECRETS_DIR", str(tmp_path))
    return monkeypatch


def test_settings_come_from_the_environment(environment):
    settings = Settings.load()

    assert (settings.release_bucket, settings.required_reviews) == ("releases", 2)
    assert "hidden" not in repr(settings)


def test_secrets_come_from_files(environment, tmp_path):
    environment.delenv("HAVEN_DATABASE_URL")
    (tmp_path / "haven_database_url").write_text("postgresql://from-a-file/haven")

    assert "from-a-file" in Settings.load().database_url.get_secret_value()


def test_a_misspelt_setting_stops_the_worker(environment):
    environment.setenv("HAVEN_RETENTION_DAY", "3")

    with pytest.raises(SystemExit, match="HAVEN_RETENTION_DAY"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [("HAVEN_REQUIRED_REVIEWS", "1"), ("HAVEN_RETENTION_DAYS", "0"), ("HAVEN_MAX_FILES", "x")],
)
def test_a_setting_cannot_weaken_a_promise(environment, name, value):
    environment.setenv(name, value)

    with pytest.raises(ValidationError):
        Settings.load()


@pytest.fixture
def _restored_logging():
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("_restored_logging")
def test_a_log_line_holds_listed_fields_only(capsys):
    log.configure()

    structlog.get_logger().info("job done", task="release", cell_value="QQ123456C")

    line = json.loads(capsys.readouterr().out)
    assert line["task"] == "release"
    assert "cell_value" not in line


@pytest.mark.usefixtures("_restored_logging")
def test_a_new_field_is_noticed_in_tests():
    log.configure(strict=True)

    with pytest.raises(log.UnknownField):
        structlog.get_logger().info("job done", cell_value=3)


def test_a_failure_is_logged_without_its_message():
    with pytest.raises(ValueError, match="row 7") as raised:
        int("row 7: QQ123456C")
    said = log.failure(raised.value)

    assert said["error"] == "ValueError"
    assert said["where"].startswith("test_settings_and_log.py:")
    assert "QQ123456C" not in repr(said)


def test_the_workflow_can_be_drawn_anew(monkeypatch, tmp_path):
    target = tmp_path / "reference" / "states.md"
    monkeypatch.setattr("sys.argv", ["draw_workflow", str(target)])

    draw_workflow.main()

    assert "stateDiagram-v2" in target.read_text()
