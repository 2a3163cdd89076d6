"""The prober's own accounts, projects and data: made for a run, closed after it.

Accounts stay, since the ledger names them, but nobody is a member of an open project between two
runs: they can sign in and open nothing.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from infra import admin
from infra.instance import WORKSPACE_UID, Instance
from registry.domain import prober

FIRST, SECOND = prober.FIRST, prober.SECOND
OWN, REVOKED, ENDED, LEFT = (
    "isolation-probe",
    "isolation-revoked",
    "isolation-ended",
    "isolation-left",
)
MEMBER = {OWN: FIRST, REVOKED: SECOND, ENDED: SECOND, LEFT: SECOND}
# The workspace whose screen a probe looks at.
PIXEL = ENDED
DATASETS = {FIRST: "probe-data", SECOND: "second-probe-data"}
PROJECT_DAYS = 2


def folder(instance: Instance) -> Path:
    path = instance.home / "probe"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def password(instance: Instance) -> str:
    """The accounts' password, made at the first run and kept where only root reads."""
    path = folder(instance) / "password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


def provision(instance: Instance, projects: Iterable[str]) -> None:
    """Make accounts, data and projects, and open the projects."""
    for dataset in DATASETS.values():
        _make_data(instance, dataset)
    _apply(instance, {name: {} for name in projects})


def take_away(instance: Instance) -> None:
    """Withdraw a grant, a project's time and a membership, one a project, all at once."""
    changes: dict[str, dict[str, Any]] = {REVOKED: {"grants": []}, LEFT: {"members": []}}
    _apply(instance, changes, end=ENDED)


def close(instance: Instance, projects: Iterable[str]) -> None:
    closed = {"closed": True, "members": [], "grants": []}
    _apply(instance, dict.fromkeys(projects, closed))


def _apply(
    instance: Instance, projects: Mapping[str, dict[str, Any]], end: str | None = None
) -> None:
    files = []
    for name, changes in projects.items():
        path = folder(instance) / f"{name}.yaml"
        path.touch(mode=0o600)
        path.write_text(yaml.safe_dump(_project(instance, name, changes), sort_keys=False))
        files.append(str(path))
    more = ["--end", end] if end else []
    admin.output_of(instance, "isolation", "stage", *files, *more)


def _project(instance: Instance, name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    username = MEMBER[name]
    dataset = DATASETS[username]
    person = {"username": username, "display_name": "Isolation prober",
              "password": password(instance)}  # fmt: skip
    ends_on = (datetime.now(UTC) + timedelta(days=PROJECT_DAYS)).date()
    descriptor = instance.datasets / dataset / "1.0.0" / "descriptor.yaml"
    return {
        "people": [person],
        "datasets": [{"descriptor": str(descriptor)}],
        "project": {
            "id": name,
            "title": "Isolation probes",
            "ends_on": ends_on,
            "policy": "sacro-10",
            "tier": "pixel" if name == PIXEL else "browser",
            "members": [username],
            "grants": [{"dataset": dataset, "version": "1.0.0"}],
            **changes,
        },
    }


def _make_data(instance: Instance, dataset: str) -> None:
    place = instance.datasets / dataset / "1.0.0"
    place.mkdir(parents=True, exist_ok=True)
    (place / "data.csv").write_text("unit,value\nu1,1\n")
    fields = [{"name": "unit", "type": "string"}, {"name": "value", "type": "integer"}]
    descriptor = {
        "identifier": dataset,
        "title": "Nothing: a file for the probes to attack",
        "summary": "One row that means nothing.",
        "publisher": "Haven",
        "version": "1.0.0",
        "unit": "none",
        "resources": [{"name": "data", "path": "data.csv", "schema": {"fields": fields}}],
        "tre": {"entity": "unit", "sdc": {"policy": "sacro-10"}},
    }
    (place / "descriptor.yaml").write_text(yaml.safe_dump(descriptor, sort_keys=False))
    for path in (place.parent, place, *place.iterdir()):
        os.chown(path, 0, WORKSPACE_UID)
        path.chmod(0o750 if path.is_dir() else 0o640)
