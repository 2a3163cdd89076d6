"""A mail server and a webhook's receiver on this machine, that do as they are told."""

import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

LOGIN = ("haven", "a password of the tests")


@dataclass
class Inbox:
    """What came in; `refusals` are answered one after the other before anything is taken."""

    mails: list = field(default_factory=list)
    refusals: list = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append((envelope, message_from_bytes(envelope.content, policy=default)))
        return "250 taken"


def _sign_in(_server, _session, _envelope, _mechanism, given):
    is_right = (given.login, given.password) == tuple(one.encode() for one in LOGIN)
    return AuthResult(success=is_right, handled=False)


class MailServer(Controller):
    def __init__(self, inbox, tls, *, implicit=False, **options):
        self.options = {"tls_context": None if implicit else tls, "require_starttls": not implicit}
        self.options |= options
        super().__init__(inbox, hostname="localhost", port=0, ssl_context=tls if implicit else None)

    def factory(self):
        return SMTP(
            self.handler,
            authenticator=_sign_in,
            **self.options,
        )

    def _trigger_server(self):
        # Port 0 is any that is free; the library would look for it at 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def server_side(certificate, key):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


@dataclass
class Calls:
    """What was posted, as headers and bytes; `answers` are statuses, 200 when there is none."""

    url: str = ""
    found: list = field(default_factory=list)
    answers: list = field(default_factory=list)


def receiver(calls, tls):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.found.append((self.path, dict(self.headers), body))
            status = calls.answers.pop(0) if calls.answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{calls.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    calls.url = f"https://localhost:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
