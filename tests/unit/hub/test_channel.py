"""A websocket for code that waits, against a real server on loopback."""

import threading
from http import HTTPStatus

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.server import serve

from hub.client.channel import channel


def answer(connection):
    for message in connection:
        if message == "leave":
            return
        if message != "say nothing":
            connection.send(message)


def refuse(connection, request):
    if request.path == "/refused":
        return connection.respond(HTTPStatus.FORBIDDEN, "no")
    return None


@pytest.fixture
def address():
    with serve(answer, "127.0.0.1", 0, process_request=refuse) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
    thread.join()


def test_what_is_sent_is_answered(address):
    with channel(address) as opened:
        opened.send("one")
        opened.send(b"two")

        assert [opened.recv(5), opened.recv(5)] == ["one", b"two"]


def test_a_channel_is_still_open_after_nothing_came_in_time(address):
    with channel(address) as opened:
        opened.send("say nothing")
        with pytest.raises(TimeoutError):
            opened.recv(0.05)
        opened.send("now")

        assert opened.recv(5) == "now"


def test_the_end_of_the_other_side_is_said(address):
    with channel(address) as opened:
        opened.send("leave")

        with pytest.raises(ConnectionClosed):
            opened.recv(5)


def test_a_refusal_is_said_with_its_status(address):
    with pytest.raises(InvalidStatus, match="403"), channel(f"{address}/refused"):
        pass


def test_where_nothing_listens_an_os_error_is_raised():
    with pytest.raises(ConnectionRefusedError), channel("ws://127.0.0.1:9"):
        pass


def test_what_is_agreed_on_is_told(address):
    with (
        channel(address, compression="deflate") as agreed,
        channel(address, compression=None) as bare,
    ):
        assert "permessage-deflate" in agreed.extensions
        assert (bare.extensions, bare.subprotocol) == (None, None)
