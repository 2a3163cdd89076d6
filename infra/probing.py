"""`haven probe`: an account, a project and a tiny dataset of its own, and a real workspace."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from hub.client.browser import Browser
from hub.client.kernel import Kernel
from infra import admin
from infra.compose import workspace_image
from infra.instance import WORKSPACE_UID, Instance
from infra.probe import Outcome, compare, find_targets, probe_twin, probe_workspace, write
from infra.progress import step

USERNAME, PROJECT, DATASET = "prober", "isolation-probe", "probe-data"
PLACE = f"{DATASET}/1.0.0"
PROJECT_DAYS = 3650


def probe_own_workspace(instance: Instance, only: frozenset[str]) -> tuple[list[Outcome], Path]:
    """Open a workspace as any researcher would, run the probes in it, and close it again."""
    folder = instance.home / "probe"
    folder.mkdir(mode=0o700, exist_ok=True)
    with step("Provision the prober's project"):
        _make_data(instance)
        password = _password(folder)
        admin.output_of(
            instance, "project", "apply", str(_project_file(instance, folder, password))
        )
    with Browser(instance.public_url, USERNAME, instance.trusted) as browser:
        with step("Open a workspace"):
            browser.sign_in(password)
            browser.open_workspace(PROJECT)
        try:
            outcomes = _probe(instance, browser, only)
        finally:
            browser.close_workspace(PROJECT)
    return outcomes, write(instance, outcomes)


def _probe(instance: Instance, browser: Browser, only: frozenset[str]) -> list[Outcome]:
    targets = find_targets(instance, username=USERNAME, project=PROJECT, datasets={DATASET: PLACE})
    with step("Probe the workspace"), Kernel(browser, PROJECT) as kernel:
        here = probe_workspace(kernel, targets, only)
    with step("Probe its leaky twin"):
        there = probe_twin(workspace_image(instance), targets, only)
    return compare(here, there, only)


def _password(folder: Path) -> str:
    path = folder / "password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


def _project_file(instance: Instance, folder: Path, password: str) -> Path:
    path = folder / "project.yaml"
    if not path.exists():
        ends_on = (datetime.now(UTC) + timedelta(days=PROJECT_DAYS)).date()
        person = {"username": USERNAME, "display_name": "Isolation prober", "password": password}
        content = {
            "people": [person],
            "datasets": [{"descriptor": str(instance.datasets / PLACE / "descriptor.yaml")}],
            "project": {
                "id": PROJECT,
                "title": "Isolation probes",
                "ends_on": ends_on,
                "policy": "sacro-10",
                "tier": "browser",
                "members": [USERNAME],
                "grants": [{"dataset": DATASET, "version": "1.0.0"}],
            },
        }
        path.touch(mode=0o600)
        path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def _make_data(instance: Instance) -> None:
    folder = instance.datasets / PLACE
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.csv").write_text("unit,value\nu1,1\n")
    fields = [{"name": "unit", "type": "string"}, {"name": "value", "type": "integer"}]
    descriptor = {
        "identifier": DATASET,
        "title": "Nothing: a file for the probes to attack",
        "summary": "One row that means nothing.",
        "publisher": "Haven",
        "version": "1.0.0",
        "unit": "none",
        "resources": [{"name": "data", "path": "data.csv", "schema": {"fields": fields}}],
        "tre": {"entity": "unit", "sdc": {"policy": "sacro-10"}},
    }
    (folder / "descriptor.yaml").write_text(yaml.safe_dump(descriptor, sort_keys=False))
    for path in (folder.parent, folder, *folder.iterdir()):
        os.chown(path, 0, WORKSPACE_UID)
        path.chmod(0o750 if path.is_dir() else 0o640)
