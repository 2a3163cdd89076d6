"""What the mirror gives, and each thing that it refuses."""

import json
from dataclasses import replace

import pytest

from infra.packages.answers import Asked, answer
from infra.packages.listing import Allowed, Listing, Wheel

JSON = "application/vnd.pypi.simple.v1+json"
ASK_AT = "https://haven.example.org/packages"


def wheel(name, version):
    return Wheel(
        file_name=f"{name}-{version}-py3-none-any.whl",
        package=name,
        version=version,
        sha256="ab" * 32,
        size_bytes=10,
        requires_python=">=3.8",
    )


WHEELS = [wheel("six", "1.16.0"), wheel("six", "2.0.0"), wheel("other", "1.0")]
LISTING = Listing(
    allowed={"six": Allowed(versions="<2"), "not-here": Allowed()},
    refused={"left-pad": "it does what a line of Python does"},
    wheels={one.file_name: one for one in WHEELS},
)


def ask(target, **changes):
    asked = Asked(method="GET", target=target, host="127.0.0.1:3141", accept="text/html")
    return answer(LISTING, replace(asked, **changes), ask_at=ASK_AT)


def test_a_package_on_the_list_has_a_page_with_the_hash_of_each_file():
    given = ask("/simple/six/")

    assert given.status == 200
    assert b"/files/six-1.16.0-py3-none-any.whl#sha256=" + b"ab" * 32 in given.body
    assert b'data-requires-python="&gt;=3.8"' in given.body


def test_the_same_is_there_as_json():
    given = ask("/simple/six/", accept=f"{JSON}, text/html; q=0.01")

    (file,) = json.loads(given.body)["files"]
    assert given.content_type == JSON
    assert file["hashes"] == {"sha256": "ab" * 32}
    assert file["url"] == "/files/six-1.16.0-py3-none-any.whl"


@pytest.mark.parametrize("path", ["/simple/SIX/", "/simple/six", "/simple/Six/"])
def test_names_are_compared_as_indexes_compare_them(path):
    assert ask(path).status == 200


def test_versions_outside_the_range_are_neither_shown_nor_given():
    assert b"2.0.0" not in ask("/simple/six/").body
    assert ask("/files/six-2.0.0-py3-none-any.whl").refused == "version"


def test_the_list_names_what_is_allowed_and_nothing_else():
    assert json.loads(ask("/simple/", accept=JSON).body)["projects"] == [
        {"name": "not-here"},
        {"name": "six"},
    ]


def test_a_file_of_an_allowed_package_is_given():
    given = ask("/files/six-1.16.0-py3-none-any.whl")

    assert given.wheel == WHEELS[0]
    assert given.refused == ""


REFUSED = [
    ("not-listed", ask("/simple/sixx/")),
    ("not-listed", ask("/files/other-1.0-py3-none-any.whl")),
    ("not-listed", ask("/files/six-9.9-py3-none-any.whl")),
    ("refused", ask("/simple/left_pad/")),
    ("empty", ask("/simple/not-here/")),
    ("source", ask("/files/six-1.16.0.tar.gz")),
    ("source", ask("/files/six-1.16.0.zip")),
    ("query", ask("/simple/six/?d=c2VjcmV0")),
    ("query", ask("/simple/six/#c2VjcmV0")),
    ("other-host", ask("http://example.com/simple/six/")),
    ("other-host", ask("//example.com/simple/six/")),
    ("other-host", ask("example.com:443", method="GET")),
    ("other-host", ask("/simple/six/", host="example.com")),
    ("other-host", ask("/simple/six/", host="")),
    ("other-host", ask("/simple/six/", host="127.0.0.1.example.com:3141")),
    ("method", ask("/simple/six/", method="POST")),
    ("method", ask("/legacy/", method="POST", has_body=True)),
    ("method", ask("/files/six-1.16.0-py3-none-any.whl", method="PUT")),
    ("method", ask("/simple/six/", method="DELETE")),
    ("method", ask("example.com:443", method="CONNECT")),
    ("method", ask("*", method="OPTIONS")),
    ("body", ask("/simple/six/", has_body=True)),
    ("address", ask("/")),
    ("address", ask("/etc/passwd")),
    ("address", ask("/files/../list.json")),
    ("address", ask("/files/list.json")),
    ("address", ask("/files/%2e%2e%2flist.json")),
    ("address", ask("/simple/six/1.16.0/")),
    ("address", ask("/simple/-six/")),
    ("address", ask("/simple/s%20x/")),
    ("address", ask("/simple/" + "a" * 101 + "/")),
    ("address", ask("/simple/" + "a" * 500 + "/")),
    ("address", ask("/simple/\u00e9/")),
]


@pytest.mark.parametrize(("kind", "given"), REFUSED)
def test_everything_else_is_refused_in_words_that_say_where_to_ask(kind, given):
    assert (given.refused, given.status, given.wheel) == (kind, 403, None)
    assert given.reason.endswith(f"Ask for packages at {ASK_AT}")
    assert given.body.decode().strip() == given.reason


def test_a_refusal_says_why_a_package_was_refused():
    assert "it does what a line of Python does" in ask("/simple/left-pad/").reason


def test_words_of_an_administrator_stay_one_line_of_plain_letters():
    listing = Listing(refused={"six": "caf\u00e9\r\nSet-Cookie: x"})
    asked = Asked(method="GET", target="/simple/six/", host="127.0.0.1:3141")

    reason = answer(listing, asked, ask_at=ASK_AT).reason

    assert "caf? Set-Cookie: x" in reason


def test_local_versions_are_found_as_pip_writes_them():
    local = wheel("six", "1.16.0+cpu")
    listing = Listing(allowed={"six": Allowed()}, wheels={local.file_name: local})
    page = answer(listing, Asked(method="GET", target="/simple/six/", host="localhost:1"),
                  ask_at=ASK_AT)  # fmt: skip
    file = answer(listing, Asked(method="GET", host="localhost:1",
                                 target="/files/six-1.16.0%2Bcpu-py3-none-any.whl"),
                  ask_at=ASK_AT)  # fmt: skip

    assert b"six-1.16.0%2Bcpu" in page.body
    assert file.wheel == local
