"""How `haven requests` reaches Haven: a token goes nowhere else."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from portal.cli.requests import app


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"requests": []}')

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    servers = []

    def start():
        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.seen = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def listed(tmp_path):
    token = tmp_path / "token"
    token.write_text("secret")
    token.chmod(0o600)
    return lambda url: CliRunner().invoke(app, ["list", "--url", url, "--token-file", str(token)])


def test_a_token_for_this_machine_goes_to_no_proxy(serve, listed, monkeypatch):
    haven, proxy = serve(), serve()
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")

    done = listed(f"http://localhost:{haven.server_port}")

    assert done.exit_code == 0
    assert haven.seen == ["/api/v1/requests"]
    assert proxy.seen == []


@pytest.mark.parametrize("url", ["https://[::1", "https://[x]", "http://[::1"])
def test_what_is_no_address_is_said_in_words(listed, url):
    done = listed(url)

    assert (done.exit_code, type(done.exception)) == (2, SystemExit)
    assert f"{url} is no address" in done.output
