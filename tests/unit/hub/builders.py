"""Values for tests of the hub's side."""

import json
from pathlib import Path
from typing import Any

from hub.registrations import Registration


def a_registration(**changes: Any) -> Registration:
    values: dict[str, Any] = {
        "username": "ada",
        "project": "p1",
        "started_id": "start-1",
        "client_id": "jupyterhub-user-ada-p1",
        "client_secret": "client-secret",
        "socket": "ada~p1/lab.sock",
        "tier": "browser",
        "mounts": ["labour-market/1.0.0"],
    }
    return Registration(**{**values, **changes})


def a_message(channel: str, kind: str, content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A kernel message in the JSON format."""
    header = {"msg_id": "m1", "msg_type": kind, "username": "ada", "session": "s", "version": "5.4"}
    parent = {"msg_id": "asked", "msg_type": "execute_request", "session": "s"}
    return {
        "channel": channel,
        "header": header,
        "parent_header": parent,
        "metadata": {},
        "content": content,
        "buffers": [],
    } | changes


def a_status() -> dict[str, Any]:
    return a_message("iopub", "status", {"execution_state": "idle"})


def a_text_file(text: str) -> dict[str, Any]:
    """A model of Jupyter's contents."""
    return {
        "name": "t.txt",
        "path": "t.txt",
        "type": "file",
        "format": "text",
        "mimetype": "text/plain",
        "content": text,
        "size": len(text),
        "writable": True,
        "created": "2026-11-22T07:00:00Z",
        "last_modified": "2026-11-22T07:00:00Z",
    }


def lay_out_lab(folder: Path) -> None:
    """A copy of JupyterLab's page as the images have it, in small."""
    base = "/user/haven-person/haven-project/"
    programs = folder / "files" / "static" / "lab"
    programs.mkdir(parents=True)
    (programs / "main.js").write_text("the gateway's program")
    (folder / "page.html").write_text(
        "<title>JupyterLab of the gateway</title>"
        '<script nonce="HAVEN-NONCE" type="application/json">HAVEN-PAGE-CONFIG</script>'
        f'<script nonce="HAVEN-NONCE" src="{base}static/lab/main.js"></script>'
    )
    (folder / "page-config.json").write_text(json.dumps({"baseUrl": base, "treePath": ""}))
    (folder / "answers.json").write_text(json.dumps({"lab/api/translations": {"data": {}}}))
