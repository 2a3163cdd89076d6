"""Values for tests of the hub's side."""

from hub.registrations import Registration


def a_registration(**changes: str) -> Registration:
    values = {
        "username": "ada",
        "project": "p1",
        "started_id": "start-1",
        "client_id": "jupyterhub-user-ada-p1",
        "client_secret": "client-secret",
        "socket": "ada~p1/lab.sock",
    }
    return Registration(**{**values, **changes})
