import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.gateway.routes import allowed


@pytest.mark.parametrize(
    "path",
    [
        "",
        "lab",
        "lab/tree/story.ipynb",
        "lab/api/settings/@jupyterlab/apputils-extension:themes",
        "static/lab/main.abc.js",
        "lab/extensions/jupyterlab_pygments/static/remoteEntry.js",
        "api/kernels/1234/channels",
        "api/contents/story.ipynb",
        "kernelspecs/python3/logo-64x64.png",
    ],
)
def test_what_jupyterlab_needs_is_open(path):
    assert allowed("GET", path)


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
        "lab/extensions/evil/static/x.js",
        "lab/extensions/@evil/mine/static/data.csv",
        "kernelspecs/mine/data.csv",
        "custom/custom.css",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ways_out_are_closed(path, method):
    assert not allowed(method, path)


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
    assert not allowed("GET", path)


def test_a_download_is_closed_whatever_its_path():
    assert not allowed("GET", "api/contents/t.csv", "content=1&download=1")


def test_a_page_cannot_be_written_to():
    assert not allowed("POST", "lab")
    assert not allowed("PUT", "static/lab/main.js")


@given(st.text())
def test_no_address_reaches_raw_files_or_exports(rest):
    assert not allowed("GET", "files/" + rest)
    assert not allowed("GET", "nbconvert/" + rest)
