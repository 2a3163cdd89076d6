import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.gateway.routes import CHANNELS, EVENTS, find


@pytest.mark.parametrize(
    "path",
    [
        "lab/api/settings/@jupyterlab/apputils-extension:themes",
        "lab/api/settings",
        "lab/api/workspaces/default",
        "api/kernels/1234",
        "api/sessions",
        "api/kernelspecs",
        "api/contents/story.ipynb",
    ],
)
def test_what_jupyterlab_needs_is_open(path):
    assert find("GET", path)


@pytest.mark.parametrize(
    "path",
    [
        "files/outputs/t.csv",
        "files",
        "nbconvert/html/story.ipynb",
        "api/nbconvert",
        "view/story.ipynb",
        "terminals/1",
        "api/terminals",
        "terminals/websocket/1",
        "lab/api/extensions",
        "lab/api/plugins",
        "api/shutdown",
        "metrics",
        "proxy/8000/",
        "edit/x.py",
        "tree",
        "api/config/notebook",
        "hub/home",
        "lab",
        "static/lab/main.js",
        "lab/api/themes/x.css",
        "lab/api/translations/en",
        "lab/api/licenses",
        "lab/api/listings/x",
        "api/me",
        "api/events",
        "api/spec.yaml",
        "lsp/status",
        "lab/extensions/evil/static/x.js",
        "lab/extensions/@evil/mine/static/data.csv",
        "kernelspecs/mine/data.csv",
        "custom/custom.css",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ways_out_are_closed(path, method):
    assert find(method, path) is None


@pytest.mark.parametrize(
    "path",
    [
        "lab/../files/x",
        "lab/%2e%2e/files/x",
        "lab/%252e%252e/files/x",
        "static/..%2ffiles/x",
        "api/contents//etc",
        "static/a\\b",
        "static/%00",
    ],
)
def test_a_path_that_turns_round_is_closed(path):
    assert not find("GET", path)


def test_a_download_is_closed_whatever_its_path():
    assert not find("GET", "api/contents/t.csv", "content=1&download=1")


@pytest.mark.parametrize("query", ["format=base64&content=1", "content=1&format=base%3664"])
def test_a_file_is_not_asked_for_in_base64(query):
    assert not find("GET", "api/contents/t.parquet", query)


@pytest.mark.parametrize("query", ["content=1&format=text", "type=notebook&1795332827", "hash=1"])
def test_what_jupyterlab_asks_of_a_file_is_open(query):
    assert find("GET", "api/contents/t.txt", query)


def test_only_a_kernels_channel_and_the_events_are_websockets():
    assert CHANNELS.fullmatch("api/kernels/0f8d-1a/channels")
    assert EVENTS.fullmatch("api/events/subscribe")
    assert not CHANNELS.fullmatch("api/kernels/a/b/channels")
    assert not CHANNELS.fullmatch("terminals/websocket/1")


@given(st.text())
def test_no_address_reaches_raw_files_or_exports(rest):
    assert not find("GET", "files/" + rest)
    assert not find("GET", "nbconvert/" + rest)
