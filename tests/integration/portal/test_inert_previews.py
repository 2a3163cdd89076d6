"""Hostile files, previewed in a real browser: nothing of them runs, and everything is shown."""

import json
from dataclasses import replace

import pytest

from output_checker.application.judge import storable_previews
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.policies.load import load
from output_checker.domain.integrity import sha256_hex
from tests.integration.portal.serving import served

EVIL = (
    "<script>window.top.ran = true; alert(1)</script>"
    "<img src=x onerror=\"window.top.ran = true\"><svg onload='window.top.ran = true'></svg>"
    '"\'><a href="javascript:window.top.ran = true">link</a>'
)
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">'
    b'<script>window.top.ran = true; fetch("http://elsewhere.test/")</script>'
    b'<image href="http://elsewhere.test/x.png"/><rect width="40" height="30" fill="red"/></svg>'
)
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": f"[x](javascript:top.ran=1) {EVIL}"},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "source": "import pandas as pd  # " + EVIL,
            "outputs": [
                {
                    "output_type": "display_data",
                    "metadata": {},
                    "data": {"text/html": f"<p>{EVIL}</p><table><tr><td>7</td></tr></table>"},
                }
            ],
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
FRAME = '<iframe name="preview" sandbox="allow-same-origin allow-forms" src="{}"></iframe>'


@pytest.fixture
def portal(house):
    with served(house.app) as url:
        yield url


@pytest.fixture
def window(house, portal, page):
    """A checker's window with a page of the portal's origin that holds a frame."""
    client = house.browser("checker1")
    name = house.parts.settings.session_cookie
    page.context.add_cookies([
        {"name": name, "value": client.cookies[name], "url": portal, "sameSite": "Lax"}
    ])  # fmt: skip
    page.asked = []

    def remember(request):
        page.asked.append(request)

    page.on("request", remember)

    def show(address):
        frame = FRAME.format(address)
        page.route(f"{portal}/holder", lambda route: route.fulfill(
            body=f"<!doctype html>{frame}", content_type="text/html"))  # fmt: skip
        page.goto(f"{portal}/holder", wait_until="networkidle")
        return page.frame("preview")

    page.show = show
    return page


def address_of(house, request, what="preview"):
    return f"/requests/{request.request_id}/files/{house.files_of(request)[0].file_id}/{what}"


def asked_elsewhere(window, portal):
    """What was asked of other hosts, or tried and kept back by something else than a policy."""
    return [
        (one.url, one.failure)
        for one in window.asked
        if not one.url.startswith((portal, "data:")) and one.failure != "csp"
    ]


def nothing_ran(window, portal):
    assert window.evaluate("window.ran") is None
    assert asked_elsewhere(window, portal) == []
    for frame in window.frames[1:]:
        assert frame.locator("script").count() == 0
        assert frame.locator("a[href^='javascript']").count() == 0


def test_the_same_words_do_run_where_a_page_takes_them_as_markup(window, portal):
    """The control: what these tests look for is there to be found."""
    window.on("dialog", lambda dialog: dialog.dismiss())
    window.route(f"{portal}/raw", lambda route: route.fulfill(
        body=f"<!doctype html>{EVIL}", content_type="text/html"))  # fmt: skip

    window.goto(f"{portal}/raw")

    assert window.evaluate("window.ran") is True


def test_even_as_markup_they_do_not_run_under_the_documents_policy(house, table, window, portal):
    request = house.add_request(files=[table()])
    address = address_of(house, request)
    policy = house.browser("checker1").get(address).headers["content-security-policy"]
    window.route(f"{portal}/raw", lambda route: route.fulfill(
        body=f"<!doctype html>{EVIL}", content_type="text/html",
        headers={"content-security-policy": policy}))  # fmt: skip

    frame = window.show("/raw")

    assert frame.locator("script").count() == 1
    assert window.evaluate("window.ran") is None


def test_cells_headers_and_names_are_text(house, table, window, portal):
    preview = {"kind": "table", "header": [EVIL, "n"], "rows": [[EVIL, "3"]], "total_rows": 1,
               "flagged": [[0, 0]]}  # fmt: skip
    request = house.add_request(files=[table(name=EVIL, previews=(preview,), findings=())])

    frame = window.show(address_of(house, request))

    assert EVIL in frame.locator("h1").inner_text()
    assert EVIL in frame.locator(".grid td").first.inner_text()
    assert EVIL in frame.locator(".grid thead").inner_text()
    nothing_ran(window, portal)


def test_a_notebook_is_drawn_cell_by_cell_and_nothing_in_it_runs(
    house, table, window, portal, tmp_path
):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(NOTEBOOK))
    report = check_files(
        [path], sources=[], specs={}, policy=load("sacro-10"), keeps_tables=True
    ).files[0]
    file = table(name="a.ipynb", previews=storable_previews(report), findings=())
    request = house.add_request(files=[file])

    frame = window.show(address_of(house, request))

    headings = frame.locator("h2").all_inner_texts()
    assert headings[0] == "cell 1 markdown"
    assert headings[1] == "cell 2 python"
    assert any(one.startswith("cell 2, output 1") for one in headings)
    assert "[x](javascript:top.ran=1)" in frame.locator(".lines").first.inner_text()
    assert frame.locator(".tok-kn").first.inner_text() == "import"
    nothing_ran(window, portal)


def test_a_drawing_with_a_script_is_a_picture_and_nothing_more(house, figure, window, portal):
    preview = {"kind": "image", "width": 40, "height": 30, "media": "image/svg+xml"}
    digest = sha256_hex(SVG)
    request = house.add_request(files=[figure(name="a.svg", sha256=digest, previews=(preview,))])
    with house.checker_unit_of_work() as uow:
        uow.files.keep_image(house.files_of(request)[0].file_id, 0, SVG)
        uow.commit()

    frame = window.show(address_of(house, request))

    assert frame.locator("img").evaluate("one => one.naturalWidth") == 40
    nothing_ran(window, portal)
    window.goto(portal + address_of(house, request, "image"))
    assert window.evaluate("window.ran") is None
    assert asked_elsewhere(window, portal) == []


def test_changes_of_hostile_files_are_text_too(house, table, window, portal):
    def version(n):
        preview = {"kind": "table", "header": ["a", "n"], "rows": [[EVIL, n]], "total_rows": 1}
        return table(previews=(preview,), findings=(), sha256=n, turn=int(n))

    request = house.add_request(turn=2, files=[version("2")])
    with house.checker_unit_of_work() as uow:
        uow.files.add([replace(version("1"), request_id=request.request_id)])
        uow.commit()

    frame = window.show(address_of(house, request, "diff?against=1"))

    assert frame.locator("del").inner_text() == "1"
    assert EVIL in frame.locator(".grid").inner_text()
    nothing_ran(window, portal)


def test_pages_are_turned_searched_and_jumped_to_within_the_frame(
    house, table, finding, window, portal
):
    rows = [[f"area {n}", str(n)] for n in range(700)]
    preview = {"kind": "table", "header": ["area", "n"], "rows": rows, "total_rows": 700}
    findings = (finding(position=[1, 1]), finding(position=[650, 1]))
    request = house.add_request(files=[table(previews=(preview,), findings=findings)])

    frame = window.show(address_of(house, request))
    frame.get_by_role("link", name="First flagged cell").click()
    frame.get_by_role("link", name="next flagged cell").click()
    frame.locator("td:target").wait_for()
    frame.get_by_text("Page 4 of 4").first.wait_for()

    assert "650" in frame.locator("td:target").inner_text()
    frame.get_by_role("searchbox").fill("area 69")
    frame.get_by_role("button", name="Show").click()
    frame.get_by_text("11 of 700 rows").wait_for()
    assert (
        frame.locator(".grid th").first.evaluate("one => getComputedStyle(one).position")
        == "sticky"
    )
    nothing_ran(window, portal)
