"""Values for tests of the hub's side."""

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
