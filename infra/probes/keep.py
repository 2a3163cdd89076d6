"""Keeps a run's result: signed, in a file, and in the database, where the portal shows it."""

import json
import os
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hub.probes.catalogue import NOT_YET
from infra import admin, engine
from infra.instance import REPOSITORY, Instance
from infra.probes import signed
from infra.probes.outcome import SHUT, Outcome
from infra.probes.run import Run

MOST_SHOWN = 5
PUBLIC_KEY = "signing-key.pub"


def payload(instance: Instance, run: Run) -> dict[str, Any]:
    """What is signed: facts for whoever reads it later, and elsewhere."""
    return {
        "at": run.at.isoformat(timespec="seconds"),
        "installation": instance.name,
        "version": version(),
        "image": run.image,
        "engine": ".".join(map(str, engine.version())),
        "tier": run.tier,
        "project": run.project,
        "seconds": round(run.seconds),
        "whole": run.is_whole,
        "probes": [_outcome(outcome) for outcome in run.outcomes],
        "not_yet": [asdict(one) for one in NOT_YET],
    }


def keep(instance: Instance, run: Run) -> Path:
    """Write the signed result and record it; an open door alerts and, by policy, freezes.

    Returns:
        The file.
    """
    key = (instance.secrets / "probes" / "signing_key").read_text()
    document = signed.sign(payload(instance, run), key)
    folder = instance.home / "probes"
    folder.mkdir(exist_ok=True)
    path = folder / run.at.strftime("%Y-%m-%dT%H%M%SZ.json")
    path.write_text(json.dumps(document, indent=1))
    (folder / PUBLIC_KEY).write_text(signed.public_key(key))
    policy = "--freeze" if freezes() else "--no-freeze"
    admin.output_of(instance, "isolation", "record", policy, str(path))
    return path


def proven_shut(instance: Instance, image: str) -> dict[str, Any] | None:
    """The newest genuine result of all probes on this image, if it found every door shut."""
    folder = instance.home / "probes"
    for path in sorted(folder.glob("*Z.json"), reverse=True):
        try:
            result = signed.verify(signed.read(path), (folder / PUBLIC_KEY).read_text())
        except (signed.NotGenuine, FileNotFoundError):
            continue
        if result["whole"] and result["image"] == image:
            return result if all(one["state"] == SHUT for one in result["probes"]) else None
    return None


def freezes() -> bool:
    """Whether an open door freezes new workspaces: yes, unless HAVEN_PROBE_FREEZE says no."""
    return os.environ.get("HAVEN_PROBE_FREEZE", "yes") != "no"


def version() -> str:
    read = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    return str(read["project"]["version"])


def _outcome(outcome: Outcome) -> dict[str, Any]:
    probe = asdict(outcome.probe)
    return {
        **probe,
        "tiers": list(outcome.probe.tiers),
        "state": outcome.state,
        "found": list(outcome.found[:MOST_SHOWN]),
        "control_found": list(outcome.control[:MOST_SHOWN]),
        "control_count": len(outcome.control),
    }
