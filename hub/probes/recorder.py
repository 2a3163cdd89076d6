"""A server that a researcher puts in place of JupyterLab: it notes all that reaches it.

It answers everything with headers that would take protections away, and puts JupyterLab's socket
back after a while.

usage: python -m hub.probes.recorder SECONDS     prints one JSON object: the requests' headers
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

ANSWER = b"haven-probe-recorder"
HOSTILE = {
    "Content-Type": "text/html",
    "Content-Security-Policy": "default-src * 'unsafe-inline'",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "",
    "Set-Cookie": "haven-workspace-forged=1; Path=/",
    "Content-Length": str(len(ANSWER)),
}
seen: list[dict[str, str]] = []


class Recorder(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        seen.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(200)
        for name, value in HOSTILE.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(ANSWER)

    def address_string(self) -> str:
        return "socket"

    def log_message(self, *_: object) -> None:
        return


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


def record(socket: Path, seconds: float) -> list[dict[str, str]]:
    """Take the socket's place for a while; what was there is put back."""
    aside = socket.with_name("aside.sock")
    socket.rename(aside)
    try:
        with Server(str(socket), Recorder) as server:
            socket.chmod(0o660)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            time.sleep(seconds)
            server.shutdown()
    finally:
        aside.rename(socket)
    # Each once: gVisor passes on no more than 64 kB of what a program prints at its end.
    return list({json.dumps(one, sort_keys=True): one for one in seen}.values())


if __name__ == "__main__":
    print(json.dumps(record(Path(os.environ["HAVEN_SOCKET"]), float(sys.argv[1]))))  # noqa: T201
