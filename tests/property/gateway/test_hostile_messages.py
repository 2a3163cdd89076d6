"""Whatever a replaced server sends, what comes out is a kernel message that the tables know."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from hub.gateway import answers
from hub.gateway.answers import NotShown
from hub.gateway.routes import Shape
from hub.gateway.screen import outputs, wire
from hub.gateway.screen.events import EventScreen
from hub.gateway.screen.kernel import KernelScreen
from hub.gateway.screen.messages import FROM_WORKSPACE
from hub.gateway.screen.wire import Protocol, Undecodable
from tests.unit.hub.builders import a_text_file

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
KINDS = st.sampled_from([*sorted({kind for _, kind in FROM_WORKSPACE}), "comm_open", "x"])
CHANNELS = st.sampled_from(["iopub", "shell", "control", "stdin", "elsewhere"])
PARTS = ("data", "metadata", "transient", "text", "name", "payload", "status", "execution_state")
CONTENTS = st.dictionaries(st.sampled_from(PARTS), VALUES, max_size=5) | VALUES
MESSAGES = st.fixed_dictionaries(
    {
        "channel": CHANNELS,
        "header": st.fixed_dictionaries({"msg_id": st.text(max_size=5), "msg_type": KINDS}),
        "parent_header": VALUES,
        "metadata": VALUES,
        "content": CONTENTS,
    }
)
EDGES = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 400), max_size=12)


def check(raw, protocol):
    for passed in asyncio.run(KernelScreen(protocol).from_workspace(raw)):
        message = wire.decode(passed, protocol)
        shape = FROM_WORKSPACE[message.channel, message.type]
        assert message.buffers == ()
        assert message.metadata == {}
        assert outputs.size(message.content) <= max(shape.bytes, 8192)
        assert set(message.content) <= {*shape.fields, "status", "ename", "evalue", "traceback"}
        if message.type in {"display_data", "update_display_data", "execute_result"}:
            assert set(message.content["data"]) <= set(outputs.CAPS)


@given(MESSAGES)
def test_hostile_messages_in_text(message):
    check(json.dumps(message), Protocol.JSON)


@given(MESSAGES, st.lists(st.binary(max_size=9), max_size=2), st.data())
def test_hostile_messages_in_binary(message, buffers, data):
    parts = [message["channel"].encode()]
    parts += [json.dumps(message[name]).encode() for name in list(message)[1:]] + buffers
    edges = [8 * (len(parts) + 2)]
    for part in parts:
        edges.append(edges[-1] + len(part))
    if data.draw(st.booleans()):
        edges[data.draw(st.integers(0, len(edges) - 1))] = data.draw(st.integers(0, 2**64 - 1))
    numbers = [len(edges), *edges]
    check(b"".join([n.to_bytes(8, "little") for n in numbers] + parts), Protocol.BINARY)


@given(st.binary(max_size=400), EDGES)
def test_hostile_bytes(tail, edges):
    check(tail, Protocol.BINARY)
    check(b"".join(edge.to_bytes(8, "little") for edge in edges) + tail, Protocol.BINARY)


@given(st.text(max_size=200))
def test_hostile_text(text):
    check(text, Protocol.JSON)
    assert KernelScreen(Protocol.JSON).from_browser(text)[0] is None or json.loads(text)


@given(MESSAGES)
def test_what_is_decoded_and_encoded_again_is_the_same(message):
    for protocol in Protocol:
        try:
            once = wire.decode(json.dumps(message), Protocol.JSON)
        except Undecodable:
            return
        assert wire.decode(wire.encode(once, protocol), protocol) == once


@given(VALUES | st.dictionaries(st.sampled_from(["path", "schema_id", "action"]), VALUES))
def test_hostile_events(event):
    for passed in asyncio.run(EventScreen().from_workspace(json.dumps(event))):
        assert all(not isinstance(part, dict | list) for part in json.loads(passed).values())


@given(VALUES | st.dictionaries(st.sampled_from([*a_text_file(""), "cells", "id"]), VALUES))
def test_hostile_contents(value):
    try:
        passed = answers.judged(json.dumps(value).encode(), status=200, shape=Shape.CONTENTS)
    except NotShown:
        return
    json.loads(passed)


@given(st.lists(VALUES, max_size=4), VALUES)
def test_hostile_notebooks(cells, metadata):
    notebook = {"cells": [*cells, {"cell_type": "code", "outputs": cells}], "metadata": metadata}
    model = a_text_file("") | {"type": "notebook", "format": "json", "content": notebook}
    passed = json.loads(answers.judged(wire_bytes(model), status=200, shape=Shape.CONTENTS))

    for cell in passed["content"]["cells"]:
        for output in cell.get("outputs", []):
            assert output["output_type"] in {"stream", "error", "display_data", "execute_result"}


def wire_bytes(value):
    return json.dumps(json.loads(json.dumps(value), parse_constant=lambda _: None)).encode()
