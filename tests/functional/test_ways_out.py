"""Every way out of JupyterLab that is known, tried on a real workspace of the browser tier.

A raw client, with the researcher's own session: what the page does not offer can be asked for all
the same. The rows are those of the table in docs/security.md.
"""

import json
import uuid

import httpx2
import pytest
import yaml
from websockets.exceptions import WebSocketException

from hub.client.browser import Browser
from hub.client.channel import channel
from hub.client.kernel import Kernel
from infra import admin
from infra.demo import accounts

# Stands in each file and output that must not arrive.
MARK = "income-of-person-"
ROWS = 12_000
MAKE = f"""
text = "".join(f"{MARK}{{n:05d}}\\n" for n in range({ROWS}))
import pathlib
for place in ("rows.txt", "rows.csv", "rows.html", ".rows"):
    pathlib.Path(place).write_text(text)
pathlib.Path("rows.bin").write_bytes(b"\\x00\\xff" + text.encode())
import nbformat.v4 as n, nbformat
def book(name, *outputs, source="1"):
    cell = n.new_code_cell(source, outputs=list(outputs))
    nbformat.write(n.new_notebook(cells=[cell]), name)
book("printed.ipynb", n.new_output("stream", text=text))
book("shown.ipynb", n.new_output("display_data", {{"application/octet-stream": text}}))
book("source.ipynb", source=text * 3)
print(len(text))
"""


@pytest.fixture
def researcher(told):
    return told.browsers[accounts.RESEARCHER]


@pytest.fixture(scope="module")
def rows(told):
    """276 kB of rows in files of every kind."""
    with Kernel(told.browsers[accounts.RESEARCHER], accounts.PROJECT) as kernel:
        result = kernel.run(MAKE)
    assert result.text.strip() == str(ROWS * 23), result
    return ROWS * 23


def shown(kernel, code):
    """Everything the websocket brings for a cell, as text."""
    heard = []
    asked = uuid.uuid4().hex
    kernel._channel.send(json.dumps(kernel._request(asked, code)))
    while True:
        raw = kernel._channel.recv(timeout=60)
        heard.append(raw if isinstance(raw, str) else raw.decode("latin-1"))
        message = json.loads(raw)
        is_own = message["parent_header"].get("msg_id") == asked
        if is_own and message["content"].get("execution_state") == "idle":
            return "".join(heard)


TEXT = "text = open('rows.txt').read()\n"


@pytest.mark.parametrize(
    "code",
    [
        TEXT + "print(text)",
        TEXT + "print(text * 70)",
        TEXT + "import sys; sys.stderr.write(text)",
        TEXT + "display({'text/plain': text}, raw=True)",
        TEXT + "display({'text/html': text}, raw=True)",
        TEXT + "display({'application/octet-stream': text}, raw=True)",
        TEXT + "display({'application/vnd.haven+json': {'rows': text}}, raw=True)",
        TEXT + "display({'text/csv': text[:2000]}, raw=True)",
        TEXT + "display({'text/html': '<a download=x href=\"data:text/csv,%s\">x</a>' % text[:2000]}, raw=True)",
        TEXT + "display({'application/javascript': 'x=%r' % text[:2000]}, raw=True)",
        TEXT + "import base64; display({'image/png': base64.b64encode(text[:2000].encode()).decode()}, raw=True)",
        TEXT + "from comm import create_comm; create_comm(target_name='x', data={'rows': text[:2000]})",
        TEXT + "from comm import create_comm; create_comm(target_name='x', buffers=[text[:2000].encode()])",
        TEXT + "raise ValueError(text)",
        TEXT + "_ = get_ipython().kernel.send_response(get_ipython().kernel.iopub_socket, 'anything', {'rows': text[:2000]})",
        TEXT + "_ = get_ipython().kernel.send_response(get_ipython().kernel.iopub_socket, 'status', {'execution_state': 'busy', 'rows': text[:2000]})",
        TEXT + "_ = get_ipython().payload_manager.write_payload({'source': 'set_next_input', 'text': text[:2000]})",
    ],
    ids=[
        "a printed text", "a burst", "stderr", "plain text", "html", "octet-stream", "vendor json",
        "csv", "a link with data", "javascript", "a picture that is none", "a comm",
        "a comm with buffers", "an error", "an unknown message", "an unknown field", "a payload",
    ],
)  # fmt: skip
def test_a_kernel_shows_nothing_in_bulk_and_nothing_in_disguise(told, rows, kernel, code):
    heard = shown(kernel, code)

    assert heard.count(MARK) == 0


def test_what_was_withheld_is_said_in_the_cell_and_the_kernel_goes_on(rows, kernel):
    heard = shown(kernel, TEXT + "print(text)")

    assert "[Haven]" in heard
    assert kernel.run("print(6 * 7)").text == "42\n"


@pytest.mark.parametrize(
    "address",
    [
        "files/rows.txt",
        "files/rows.txt?download=1",
        "api/contents/rows.txt",
        "api/contents/rows.txt?type=file&format=text&content=1",
        "api/contents/rows.txt?type=file&format=base64&content=1",
        "api/contents/rows.csv",
        "api/contents/rows.bin",
        "api/contents/.rows",
        "api/contents/printed.ipynb",
        "api/contents/shown.ipynb",
        "api/contents/source.ipynb",
        "nbconvert/html/printed.ipynb",
        "nbconvert/html/printed.ipynb?download=1",
        "view/rows.html",
        "terminals/1",
        "api/terminals",
        "metrics",
        "lsp/status",
        "proxy/8888/",
        "api/config/notebook",
        "custom/custom.css",
        "lab/api/listings/rows",
        "lab/api/licenses",
        "lab/extensions/mine/static/rows.txt",
        "kernelspecs/mine/rows.txt",
        "static/../rows.txt",
        "static/%2e%2e/rows.txt",
        "lab/static/rows.txt",
    ],
)
def test_no_address_gives_the_file(researcher, rows, address):
    answer = researcher.api(accounts.PROJECT, "GET", address)

    assert MARK not in answer.text
    assert len(answer.content) < 100_000


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "nbconvert/html"),
        ("POST", "api/terminals"),
        ("PUT", "api/config/state"),
        ("POST", "lab/api/extensions"),
        ("POST", "api/shutdown"),
    ],
)
def test_nothing_is_stored_or_started_beside_notebooks(researcher, method, address):
    body = {"rows": MARK, "name": "x", "type": "notebook", "content": {"cells": []}}

    answer = researcher.api(accounts.PROJECT, method, address, json=body)

    assert answer.status_code == 403
    assert MARK not in answer.text


def test_what_is_needed_for_work_passes(researcher, rows):
    body = {"type": "file", "format": "text", "content": "kept"}
    path = f"api/contents/{uuid.uuid4().hex}.py"
    saved = researcher.api(accounts.PROJECT, "PUT", path, json=body)
    opened = researcher.api(accounts.PROJECT, "GET", path)
    point = researcher.api(accounts.PROJECT, "POST", f"{path}/checkpoints")

    assert (saved.status_code, opened.json()["content"], point.status_code) == (201, "kept", 201)


def test_websockets_lead_to_kernels_and_events_only(researcher):
    for place in ("terminals/websocket/1", "lsp/ws/pyright", "api/kernels", "proxy/1/ws"):
        path = researcher.workspace_path(accounts.PROJECT, place)
        url = researcher.public_url.replace("http", "ws", 1) + path
        headers = {"Cookie": researcher.cookie_header(path)}
        with (
            pytest.raises(WebSocketException),
            channel(url, origin=researcher.public_url, additional_headers=headers) as socket,
        ):
            socket.recv(timeout=5)


def test_compression_is_not_agreed(researcher, kernel):
    path = researcher.workspace_path(
        accounts.PROJECT, f"api/kernels/{kernel._id}/channels?session_id=x"
    )
    url = researcher.public_url.replace("http", "ws", 1) + path
    headers = {"Cookie": researcher.cookie_header(path)}
    with channel(
        url, origin=researcher.public_url, additional_headers=headers, compression="deflate"
    ) as socket:
        assert socket.extensions is None


TAKEN_OVER = "taken-over"

# From here on the researcher's own server answers: the dataset, on every address, to everybody.
HIJACK = """
import os, signal, subprocess, sys, time
code = '''
import asyncio, json, os
rows = "income-of-person-\\\\n" * 10000
socket = os.environ["HAVEN_SOCKET"]
os.path.exists(socket) and os.unlink(socket)
async def serve(reader, writer):
    head = await reader.readuntil(b"\\\\r\\\\n\\\\r\\\\n")
    if b"websocket" in head.lower():
        import base64, hashlib
        key = [l.split(b": ")[1] for l in head.split(b"\\\\r\\\\n") if l.lower().startswith(b"sec-websocket-key")][0]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        writer.write(b"HTTP/1.1 101 X\\\\r\\\\nUpgrade: websocket\\\\r\\\\nConnection: Upgrade\\\\r\\\\nSec-WebSocket-Accept: " + accept + b"\\\\r\\\\n\\\\r\\\\n")
        for opcode in (1, 2):
            body = rows[:60000].encode()
            writer.write(bytes([0x80 | opcode, 126]) + len(body).to_bytes(2, "big") + body)
        await writer.drain()
        await asyncio.sleep(3)
    else:
        body = rows.encode()
        writer.write(b"HTTP/1.1 200 OK\\\\r\\\\nContent-Type: text/csv\\\\r\\\\nX-Rows: income-of-person-\\\\r\\\\n"
            b"Set-Cookie: _xsrf=income-of-person-; Path=/\\\\r\\\\nContent-Disposition: attachment\\\\r\\\\n"
            b"Content-Length: " + str(len(body)).encode() + b"\\\\r\\\\n\\\\r\\\\n" + body)
        await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_unix_server(serve, socket)
    os.chmod(socket, 0o666)
    await server.serve_forever()
asyncio.run(main())
'''
subprocess.Popen([sys.executable, "-c", code], start_new_session=True,
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(2)
print("replaced")
"""
OPEN_ADDRESSES = (
    "",
    "lab",
    "lab/tree/rows.txt",
    "static/lab/main.js",
    "static/favicons/favicon.ico",
    "lab/extensions/jupyterlab_pygments/install.json",
    "lab/api/themes/@jupyterlab/theme-light-extension/index.css",
    "lab/api/translations",
    "lab/api/translations/en",
    "lab/api/settings",
    "lab/api/workspaces",
    "lab/api/workspaces/default",
    "kernelspecs/python3/logo-64x64.png",
    "favicon.ico",
    "api",
    "api/me",
    "api/status",
    "api/kernelspecs",
    "api/sessions",
    "api/kernels",
    "api/contents",
    "api/contents/rows.txt",
    "api/contents/rows.ipynb",
    "files/rows.txt",
)


@pytest.fixture(scope="module")
def replaced(told, tmp_path_factory):
    """The workspace of somebody in a project of their own, whose server is their own too."""
    content = yaml.safe_load(accounts.project_file(told.instance).read_text())
    content["people"].append(
        {"username": "hijacker", "display_name": "H. Jack", "password": told.password}
    )
    content["project"] |= {
        "id": TAKEN_OVER,
        "members": ["hijacker"],
        "tier": "browser",
        "training": [],
    }
    content["project"]["checkers"] = [accounts.FIRST_CHECKER, accounts.SECOND_CHECKER]
    path = tmp_path_factory.mktemp("taken-over") / "project.yaml"
    path.write_text(yaml.safe_dump(content))
    admin.output_of(told.instance, "project", "apply", str(path))
    with Browser(told.instance.public_url, "hijacker") as browser:
        browser.sign_in(told.password)
        browser.open_workspace(TAKEN_OVER)
        kernel = Kernel(browser, TAKEN_OVER)
        assert kernel.run(HIJACK).text == "replaced\n"
        yield browser
        kernel._open.close()
        browser.close_workspace(TAKEN_OVER)


@pytest.mark.parametrize("address", OPEN_ADDRESSES)
def test_a_server_of_the_researchers_own_cannot_answer_with_the_dataset(replaced, address):
    answer = replaced.api(TAKEN_OVER, "GET", address)

    assert MARK not in answer.text
    assert MARK not in str(answer.headers)
    assert answer.headers["content-type"] != "text/csv"


@pytest.mark.parametrize("address", OPEN_ADDRESSES)
def test_nobody_else_gets_anything_of_it(told, replaced, address):
    path = replaced.workspace_path(TAKEN_OVER, address)
    with httpx2.Client(base_url=told.instance.public_url) as stranger:
        logged_out = stranger.get(path)
    somebody = told.browsers[accounts.RESEARCHER].http.get(path)

    for answer in (logged_out, somebody):
        assert MARK not in answer.text
        assert "jupyter-config-data" not in answer.text
    own_words = {"version": "haven"} if address == "api" else None
    assert logged_out.status_code in {302, 403} or logged_out.json() == own_words


def test_its_websocket_brings_nothing_either(told, replaced):
    path = replaced.workspace_path(TAKEN_OVER, "api/kernels/any/channels?session_id=x")
    url = replaced.public_url.replace("http", "ws", 1) + path
    headers = {"Cookie": replaced.cookie_header(path)}
    heard = []
    with channel(url, origin=replaced.public_url, additional_headers=headers) as socket:
        try:
            while True:
                heard.append(str(socket.recv(timeout=10)))
        except (WebSocketException, TimeoutError):
            pass

    assert heard
    assert MARK not in "".join(heard)
    with pytest.raises(WebSocketException), channel(url, origin=replaced.public_url) as socket:
        socket.recv(timeout=5)
