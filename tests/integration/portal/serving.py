"""The portal on loopback, for a real browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.installation import free_port
from tests.waiting import eventually


@contextmanager
def served(app) -> Iterator[str]:
    """The address of an app, as long as it is needed."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
