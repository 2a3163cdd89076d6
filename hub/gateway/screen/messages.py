"""Which kernel messages pass, in which direction, on which channel, and how large.

What is not listed does not pass. Comms (widgets) and the debugger are left out on purpose: their
messages are anything at all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hub.gateway.screen import outputs
from hub.gateway.screen.outputs import ERROR_BYTES, KIBIBYTE, STREAM_BYTES
from hub.gateway.screen.wire import Message


class Withheld(Exception):
    """A message does not pass; the text names it, for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a message of one type may be.

    Attributes:
        fields: The fields of its content that pass.
        bytes: Most that its content may take as JSON.
        is_output: It may be left out when there is too much; others wait.
    """

    fields: tuple[str, ...]
    bytes: int
    is_output: bool = False


_SMALL: Final = 4 * KIBIBYTE
_REPLY: Final = ("status", "ename", "evalue", "traceback")
_BUNDLE_BYTES: Final = 2048 * KIBIBYTE


def _shape(*fields: str, size: int = _SMALL, output: bool = False) -> Shape:
    return Shape(fields=fields, bytes=size, is_output=output)


_BUNDLE: Final = ("data", "metadata", "transient")
FROM_WORKSPACE: Final[Mapping[tuple[str, str], Shape]] = {
    ("iopub", "status"): _shape("execution_state"),
    # A text of the limit takes a little more as JSON.
    ("iopub", "stream"): _shape("name", "text", size=STREAM_BYTES * 2, output=True),
    ("iopub", "display_data"): _shape(*_BUNDLE, size=_BUNDLE_BYTES, output=True),
    ("iopub", "update_display_data"): _shape(*_BUNDLE, size=_BUNDLE_BYTES, output=True),
    ("iopub", "execute_result"): _shape(
        "execution_count", *_BUNDLE, size=_BUNDLE_BYTES, output=True
    ),
    ("iopub", "execute_input"): _shape("code", "execution_count", size=256 * KIBIBYTE),
    ("iopub", "error"): _shape("ename", "evalue", "traceback", size=ERROR_BYTES, output=True),
    ("iopub", "clear_output"): _shape("wait"),
    ("iopub", "iopub_welcome"): _shape("subscription"),
    ("iopub", "shutdown_reply"): _shape("status", "restart"),
    ("shell", "execute_reply"): _shape(
        *_REPLY, "execution_count", "payload", "user_expressions", size=128 * KIBIBYTE
    ),
    ("shell", "inspect_reply"): _shape(*_REPLY, "found", "data", "metadata", size=128 * KIBIBYTE),
    ("shell", "complete_reply"): _shape(
        *_REPLY, "matches", "cursor_start", "cursor_end", "metadata", size=128 * KIBIBYTE
    ),
    ("shell", "history_reply"): _shape(*_REPLY, "history", size=128 * KIBIBYTE),
    ("shell", "is_complete_reply"): _shape("status", "indent"),
    ("shell", "comm_info_reply"): _shape("status", "comms"),
    ("shell", "kernel_info_reply"): _shape(
        *_REPLY, "protocol_version", "implementation", "implementation_version", "language_info",
        "banner", "debugger", "help_links", "supported_features", size=32 * KIBIBYTE,
    ),
    ("control", "kernel_info_reply"): _shape(*_REPLY, "protocol_version", "language_info"),
    ("control", "shutdown_reply"): _shape("status", "restart"),
    ("control", "interrupt_reply"): _shape(*_REPLY),
    ("control", "create_subshell_reply"): _shape(*_REPLY, "subshell_id"),
    ("control", "delete_subshell_reply"): _shape(*_REPLY),
    ("control", "list_subshell_reply"): _shape(*_REPLY, "subshell_id"),
    ("stdin", "input_request"): _shape("prompt", "password"),
}  # fmt: skip

FROM_BROWSER: Final[frozenset[tuple[str, str]]] = frozenset({
    ("shell", "execute_request"), ("shell", "inspect_request"), ("shell", "complete_request"),
    ("shell", "history_request"), ("shell", "is_complete_request"),
    ("shell", "kernel_info_request"), ("shell", "comm_info_request"),
    ("control", "kernel_info_request"), ("control", "interrupt_request"),
    ("control", "shutdown_request"), ("control", "create_subshell_request"),
    ("control", "delete_subshell_request"), ("control", "list_subshell_request"),
    ("stdin", "input_reply"),
})  # fmt: skip


def shape_of(message: Message) -> Shape | None:
    return FROM_WORKSPACE.get((message.channel, message.type))


def cleaned(message: Message) -> tuple[Message, tuple[str, ...]]:
    """A message of the workspace as it may pass, and what was left out of it.

    Raises:
        Withheld: It may not pass at all.
    """
    shape = shape_of(message)
    if shape is None:
        raise Withheld(f"A message of the kind {_name(message)}")
    if message.buffers:
        raise Withheld("A message with binary parts")
    content = {name: part for name, part in message.content.items() if name in shape.fields}
    if outputs.size(content) > shape.bytes:
        raise Withheld(_too_large(message.type, shape))
    content, withheld = _CLEANERS.get(message.type, _as_it_is)(content)
    return replace(message, metadata={}, content=content, buffers=()), withheld


def reply_in_place(message: Message, words: str) -> Message:
    """An error where a reply was withheld, so that nobody waits for it for ever."""
    content = {"status": "error", "ename": "Withheld", "evalue": words, "traceback": []}
    return replace(message, metadata={}, content=content, buffers=())


def _as_it_is(content: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    return content, ()


def _stream(content: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    text = content.get("text")
    if not isinstance(text, str) or content.get("name") not in ("stdout", "stderr"):
        raise Withheld("A text of an unknown form")
    if len(text.encode("utf-8", "replace")) > STREAM_BYTES:
        raise Withheld(f"A printed text of more than {STREAM_BYTES // KIBIBYTE} KiB at once")
    return content, ()


def _display(content: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    shown = outputs.bundle(content.get("data"))
    if not shown.data:
        raise Withheld("; ".join(shown.withheld) or "An empty output")
    kept = content | {"data": shown.data, "metadata": outputs.metadata(content.get("metadata"))}
    transient = content.get("transient")
    display_id = transient.get("display_id") if isinstance(transient, dict) else None
    kept["transient"] = {"display_id": display_id} if isinstance(display_id, str) else {}
    return kept, shown.withheld


def _inspection(content: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    return content | {"data": outputs.bundle(content.get("data", {})).data, "metadata": {}}, ()


def _execution(content: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    payload = content.get("payload", [])
    pages = [
        {"source": "page", "start": 0, "data": outputs.bundle(page.get("data")).data}
        for page in (payload if isinstance(payload, list) else [])
        if isinstance(page, dict) and page.get("source") == "page"
    ]
    return content | {"payload": pages, "user_expressions": {}}, ()


_Cleaner = Callable[[dict[str, Any]], tuple[dict[str, Any], tuple[str, ...]]]
_CLEANERS: Final[Mapping[str, _Cleaner]] = {
    "stream": _stream,
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _display,
    "inspect_reply": _inspection,
    "execute_reply": _execution,
    "comm_info_reply": lambda content: (content | {"comms": {}}, ()),
}


def _too_large(kind: str, shape: Shape) -> str:
    if kind == "stream":
        return f"A printed text of more than {STREAM_BYTES // KIBIBYTE} KiB at once"
    return f"A message of the kind {kind} of more than {shape.bytes // KIBIBYTE} KiB"


def _name(message: Message) -> str:
    return re.sub("[^A-Za-z0-9_]", "", message.type)[:40]
