"""Which kernel messages reach a browser, in both formats, and what is said of the others."""

import asyncio
import base64
import json

import pytest

from hub.gateway.screen import kernel, wire
from hub.gateway.screen.kernel import KernelScreen
from hub.gateway.screen.wire import Protocol
from tests.unit.hub.builders import a_message, a_status

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 300).decode()
FORMATS = pytest.mark.parametrize("protocol", list(Protocol), ids=["json", "binary"])


def packed(message, protocol, buffers=()):
    if protocol is Protocol.JSON:
        return json.dumps(message)
    parts = [message["channel"].encode()]
    parts += [
        json.dumps(message[part]).encode()
        for part in ("header", "parent_header", "metadata", "content")
    ]
    parts += buffers
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    numbers = [len(offsets), *offsets]
    return b"".join([number.to_bytes(8, "little") for number in numbers] + parts)


def down(message, protocol=Protocol.JSON, screen=None, **options):
    """What the browser reads for a message of the workspace."""
    screen = screen or KernelScreen(protocol)
    raw = message if isinstance(message, str | bytes) else packed(message, protocol, **options)
    return [wire.decode(one, protocol) for one in asyncio.run(screen.from_workspace(raw))]


def display(data, kind="display_data", **more):
    return a_message("iopub", kind, {"data": data, "metadata": {}, **more})


def is_notice(messages):
    (only,) = messages
    return only.type == "stream" and only.content["text"].startswith("[Haven]")


@FORMATS
def test_what_a_cell_prints_and_shows_passes_unchanged(protocol):
    printed = a_message("iopub", "stream", {"name": "stdout", "text": "42 ✓\n"})
    plot = display({"image/png": PNG, "text/plain": "<Figure>"}, transient={"display_id": "d"})
    result = display({"text/html": "<table></table>"}, "execute_result", execution_count=3)

    for message in (printed, plot, result, a_status()):
        (passed,) = down(message, protocol)

        assert passed.content == message["content"] | passed.content
        assert passed.content.keys() >= message["content"].keys()
        assert passed.parent_header == message["parent_header"]


@FORMATS
def test_what_a_browser_asks_of_a_kernel_reaches_it(protocol):
    asked = packed(a_message("shell", "execute_request", {"code": "1"}), protocol)

    passed, told = KernelScreen(protocol).from_browser(asked)

    assert wire.decode(passed, protocol) == wire.decode(asked, protocol)
    assert told == []


@FORMATS
@pytest.mark.parametrize(
    "message",
    [
        a_message("iopub", "stream", {"name": "stdout", "text": "x" * 200_000}),
        a_message("iopub", "stream", {"name": "elsewhere", "text": "x"}),
        a_message("iopub", "stream", {"name": ["stdout"], "text": "x"}),
        a_message("iopub", "comm_open", {"comm_id": "1", "data": {"rows": [1]}}),
        a_message("iopub", "comm_msg", {"comm_id": "1", "data": {"rows": [1]}}),
        a_message("iopub", "debug_event", {"rows": [1]}),
        a_message("iopub", "anything", {"rows": [1]}),
        a_message("shell", "stream", {"name": "stdout", "text": "wrong channel"}),
        a_message("elsewhere", "status", {"execution_state": "idle"}),
        display({"application/octet-stream": "AAAA"}),
        display({"application/javascript": "alert(1)"}),
        display({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}),
        display({"text/csv": "a,b"}),
        display({"image/png": base64.b64encode(b"income,age\n1,2").decode()}),
        display({"image/png": "not base64 at all"}),
        display({"text/html": "<a download href='data:text/csv,income'>x</a>"}),
        display({"text/html": "<a href='d&#97;ta:text/csv,income'>x</a>"}),
        display({"text/html": "<a href='da\tta:text/csv,income'>x</a>"}),
        display({"text/markdown": "[x](DATA:text/csv,income)"}),
        display({"image/svg+xml": "<svg><a href='data:text/csv,income'/></svg>"}),
        display({"text/plain": "x" * 100_000}),
        display({"image/jpeg": "x" * 2_000_000}),
        display("not a bundle"),
        a_message("iopub", "error", {"ename": "E", "evalue": "x" * 100_000, "traceback": []}),
    ],
    ids=lambda message: str(message["header"]["msg_type"]) + str(message["content"])[:40],
)
def test_what_may_not_be_shown_is_replaced_by_words(message, protocol):
    messages = down(message, protocol)

    assert is_notice(messages)
    assert messages[0].parent_header == message["parent_header"]
    assert "income" not in str(messages)


@FORMATS
def test_binary_parts_never_pass(protocol):
    message = display({"text/plain": "x"})
    if protocol is Protocol.JSON:
        message["buffers"] = ["AAAA"]

    assert is_notice(down(message, protocol, buffers=[b"rows"]))


def test_of_an_output_that_has_several_forms_those_that_may_be_shown_are():
    passed, notice = down(display({"text/plain": "safe", "text/csv": "a,b"}))

    assert passed.content["data"] == {"text/plain": "safe"}
    assert "text/csv" in notice.content["text"]


def test_fields_that_the_protocol_does_not_know_do_not_pass():
    message = a_message("iopub", "status", {"execution_state": "idle", "rows": "income"})
    message["header"]["rows"] = "income"
    message["metadata"] = {"rows": "income"}
    message["rows"] = "income"

    assert "income" not in str(down(message))


def test_an_answer_that_is_withheld_is_replaced_by_an_error_so_that_nobody_waits():
    reply, notice = down(a_message("shell", "history_reply", {"history": ["x" * 200_000]}))

    assert (reply.type, reply.content["status"]) == ("history_reply", "error")
    assert "[Haven]" in notice.content["text"]


def test_the_values_of_user_expressions_do_not_pass():
    content = {"status": "ok", "user_expressions": {"x": {"data": {"text/plain": "income"}}}}

    (reply,) = down(a_message("shell", "execute_reply", content))

    assert reply.content == {"status": "ok", "user_expressions": {}, "payload": []}


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        "null",
        "{",
        '{"a": NaN}',
        json.dumps(a_status()).replace('"idle"', "1e999"),
        "[" * 100_000,
        json.dumps(a_message("iopub", "status", {}, header={"msg_type": "status"})),
        json.dumps(a_message("iopub", "status", {}, header={"msg_type": ["status"]})),
        json.dumps(a_message("iopub", "status", [])),
        b"\x00",
        "x" * 5_000_000,
    ],
    ids=range(12),
)
def test_what_cannot_be_decoded_is_dropped(raw):
    assert is_notice(down(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff" * 100,
        (2**60).to_bytes(8, "little") + bytes(100),
        (6).to_bytes(8, "little") + bytes(48),
        packed(a_status(), Protocol.BINARY) + b"trailing",
        packed(a_status(), Protocol.BINARY)[:-1],
        json.dumps(a_status()),
    ],
    ids=range(7),
)
def test_what_cannot_be_decoded_in_the_binary_format_is_dropped(raw):
    assert is_notice(down(raw, Protocol.BINARY))


@pytest.mark.parametrize(
    ("channel", "kind"),
    [("shell", "comm_open"), ("shell", "comm_msg"), ("control", "debug_request"), ("shell", "x")],
)
def test_widgets_and_the_debugger_are_not_asked(channel, kind):
    screen = KernelScreen(Protocol.JSON)

    passed, _ = screen.from_browser(packed(a_message(channel, kind, {}), Protocol.JSON))

    assert passed is None
    assert screen.dropped == 1


def test_the_same_is_said_once_a_cell():
    screen = KernelScreen(Protocol.JSON)
    message = a_message("iopub", "comm_open", {})

    said = [down(message, screen=screen) for _ in range(50)]

    assert [len(messages) for messages in said] == [1] + [0] * 49
    assert screen.dropped == 50


def test_a_kernel_that_names_new_cells_for_ever_gets_no_more_words():
    screen = KernelScreen(Protocol.JSON)
    said = 0
    for number in range(2000):
        parent = {"msg_id": f"cell-{number}"}
        said += len(down(a_message("iopub", "comm_open", {}, parent_header=parent), screen=screen))

    assert said == kernel.MOST_NOTICES


def test_output_without_end_is_bounded_by_what_anybody_could_read():
    screen = KernelScreen(Protocol.JSON)
    burst = a_message("iopub", "stream", {"name": "stdout", "text": "x" * 100_000})

    passed = [message for _ in range(60) for message in down(burst, screen=screen)]

    texts = [message.content["text"] for message in passed]
    assert sum(len(text) for text in texts) < kernel.OUTPUT_BURST_BYTES + 500_000
    assert any(text.startswith("[Haven] Output faster") for text in texts)


def test_words_of_haven_stand_under_the_cell_that_ran_last():
    screen = KernelScreen(Protocol.JSON)
    screen.from_browser(packed(a_message("shell", "execute_request", {"code": "1"}), Protocol.JSON))

    said = wire.decode(screen.say("Half is used up."), Protocol.JSON)

    assert said.parent_header["msg_id"] == "m1"
    assert "Half is used up." in said.content["text"]
