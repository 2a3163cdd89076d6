"""The portal served on loopback, for tests in a real browser."""

import threading
import time

import uvicorn

from portal.shells import browser_sessions
from tests.installation import free_port

WAIT_SECONDS = 10


class LivePortal:
    """A house's own app behind a port; `window` opens a browser window that is signed in."""

    def __init__(self, house, chromium):
        self.house = house
        self._chromium = chromium
        self._windows = []
        self.url = f"http://127.0.0.1:{free_port()}"
        port = int(self.url.rpartition(":")[2])
        config = uvicorn.Config(
            house.app, port=port, log_level="error", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self):
        self._thread.start()
        deadline = time.monotonic() + WAIT_SECONDS
        while not self._server.started:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        for window in self._windows:
            window.close()
        self._server.should_exit = True
        self._thread.join(WAIT_SECONDS)

    def window(self, role=None, **options):
        """A page in a window of its own, at no address yet.

        What its pages say to the console is kept in `said`: a broken policy is said there.
        """
        context = self._chromium.new_context(base_url=self.url, **options)
        self._windows.append(context)
        if role is not None:
            context.add_cookies([self._session(role)])
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    def _session(self, role):
        parts = self.house.parts
        with self.house.sessions() as session:
            secret = browser_sessions(parts, session).start(
                self.house.name(role), self.house.clock.now()
            )
            session.commit()
        return {"name": parts.settings.session_cookie, "value": secret, "url": self.url}
