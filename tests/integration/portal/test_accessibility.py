"""Every page in a real browser: axe finds nothing in light and dark, and text fits at 400 %."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from output_checker.domain.file_group import FileGroup, FileRole
from output_checker.domain.workflow import State
from portal.isolation import runs
from portal.isolation.runs import ProbeRun, Standing
from registry.application.applications.save import save_answers, save_dataset
from tests.integration.portal.applying import Applying
from tests.integration.portal.test_review import vote
from tests.integration.portal.test_routes import add_organisation, routes_of
from tests.integration.portal.test_traffic import Gateway
from tests.integration.portal.test_workspace_pages import Runs
from tests.integration.portal.viewing import withheld_view
from tests.unit.registry.application_builders import benefits, column

pytestmark = pytest.mark.slow

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
# Answers that are no page: machines' own, files, and those that only lead elsewhere.
NO_PAGES = {
    "/applications.csv", "/collect/{token}/download", "/health", "/ledger.jsonl",
    "/oauth_callback", "/ready",
    "/provider", "/provider/callback",
    "/release-key", "/requests/{request_id}/record", "/requests/{request_id}/record.sig",
    "/requests/{request_id}/files/{file_id}/image", "/isolation/key",
    "/isolation/runs/{run_id}", "/sign-in", "/static", "/usage.csv",
    "/organisations.csv", "/people.csv", "/views.csv", "/projects/{project_id}/certificate",
    "/projects/{project_id}/inputs.csv",
}  # fmt: skip

# Name of the page -> who opens it, its route, and what the address adds.
PAGES = {
    "home of an author": ("author", "/", ""),
    "home of a checker": ("checker1", "/", ""),
    "home of an admin": ("admin", "/", ""),
    "home of a stranger": ("recipient", "/", ""),
    "requests": ("author", "/requests", ""),
    "request, released": ("author", "/requests/{request_id}", ""),
    "request, in review": ("author", "/requests/{waiting}", ""),
    "request, to ask for": ("author", "/requests/{checked}", ""),
    "request of a colleague": ("member", "/requests/{waiting}", ""),
    "project": ("member", "/projects/{project_id}", ""),
    "files brought in": ("member", "/projects/{project_id}/inputs", ""),
    "files brought in, none": ("admin", "/projects/{project_id}/inputs", "?state=refused"),
    "file brought in": ("checker1", "/projects/{project_id}/inputs/{input_id}", ""),
    "catalogue": ("admin", "/catalogue", "?level=lsoa"),
    "catalogue, nothing found": ("author", "/catalogue", "?q=unobtainium&level=lsoa"),
    "catalogue, as a stranger": (None, "/catalogue", ""),
    "dataset": ("author", "/catalogue/{dataset_id}", ""),
    "searched for in vain": ("auditor", "/catalogue-demand", ""),
    "glossary": (None, "/glossary", ""),
    "queue": ("checker1", "/review", ""),
    "queue, empty": ("stranger", "/review", ""),
    "review, a failing table": ("checker1", "/review/{waiting}", "?file=1"),
    "review, a picture": ("checker1", "/review/{waiting}", "?file=2"),
    "review, code": ("checker1", "/review/{waiting}", "?file=3"),
    "review, as one who overrides": ("override1", "/review/{waiting}", ""),
    "review, conferring": ("checker1", "/review/{conferring}", ""),
    "review, over": ("checker1", "/review/{request_id}", ""),
    "decide": ("checker1", "/review/{waiting}/decide", ""),
    "decide, conferring": ("checker1", "/review/{conferring}/decide", ""),
    "collect": ("recipient", "/collect/{token}", ""),
    "ledger": ("auditor", "/ledger", ""),
    "ledger, refused": ("auditor", "/ledger", "?since=never"),
    "workspaces": ("admin", "/workspaces", ""),
    "stop a workspace": ("admin", "/workspaces/{username}/{project_id}/stop", ""),
    "way out": ("admin", "/egress", ""),
    "views": ("admin", "/views", ""),
    "views, none": ("keeper", "/views", "?q=nowhere-at-all"),
    "view, to decide about": ("keeper", "/views/{viewed}/{version}/{digest}", ""),
    "traffic": ("admin", "/traffic", ""),
    "usage": ("admin", "/usage", ""),
    "isolation": ("admin", "/isolation", ""),
    "preview of a table": ("checker1", "/requests/{waiting}/files/{file_id}/preview", ""),
    "preview of a picture": ("checker1", "/requests/{waiting}/files/{picture}/preview", ""),
    "preview of code": ("checker1", "/requests/{waiting}/files/{code}/preview", ""),
    "what changed": ("checker1", "/requests/{waiting}/files/{file_id}/diff", ""),
    "withdraw a release": ("author", "/requests/{request_id}/withdraw-release", ""),
    "applications": ("assessor", "/applications", "?show=assess"),
    "applications, none": ("stranger", "/applications", ""),
    "apply for data": ("author", "/applications/new", "?dataset=jobs&version=1"),
    "application, to fill in": ("author", "/applications/{application_id}", ""),
    "application, a section": ("author", "/applications/{application_id}/sections/{section}", ""),
    "application, data": ("author", "/applications/{application_id}/data/{asked_id}", ""),
    "application, to read": ("author", "/applications/{application_id}/read", ""),
    "application, to assess": ("assessor", "/applications/{submitted_id}/assess", ""),
    "application, to vote on": ("steward", "/applications/{referred_id}/assess", ""),
    "notices": ("author", "/notices", ""),
    "notices, none": ("stranger", "/notices", ""),
    "settings of notices": ("author", "/notices/settings", ""),
    "display and keys": ("author", "/preferences", ""),
    "organisations": ("admin", "/organisations", ""),
    "organisations, none": ("author", "/organisations", "?q=nowhere-at-all"),
    "organisation": ("author", "/organisations/{organisation_id}", ""),
    "organisation of others": ("outsider", "/organisations/{organisation_id}", ""),
    "people": ("admin", "/people", ""),
    "people, none": ("admin", "/people", "?show=lacking"),
    "tokens": ("author", "/tokens", ""),
    "signed out": (None, "/signed-out", ""),
    "terms": ("author", "/terms", ""),
    "second factor, none yet": ("author", "/second-factor", ""),
    "second factor, to confirm": ("member", "/second-factor", ""),
    "second factor, again": ("member", "/second-factor/again", "?back=/tokens"),
    "not found": ("author", "/nowhere", ""),
    "refused": ("author", "/ledger", ""),
}


@pytest.fixture
def places(house, table, figure, finding, monkeypatch):
    """A house with something on every page; returns what the addresses are made of."""
    failing = table(
        name="a-folder/with-a-rather-long-name/mean_pay_by_region_and_occupation_2025.csv",
        verdict="fail",
        findings=(finding(), finding(position=None, mend="Merge it with its neighbour")),
    )
    code = table(name="pay.py", role=FileRole.CODE, findings=(), previews=(
        {"kind": "text", "text": "print(1)\n" * 40},
    ))  # fmt: skip
    viewed = withheld_view(house)
    context = FileGroup(context="Mean pay by region, from jobs.parquet", controls="Rounded to 5")
    files = [failing, figure(), code]
    waiting = house.add_request(
        files=[replace(file, file_id=uuid.uuid4().hex) for file in files],
        verdict="fail",
        groups=(context,),
        due_at=house.clock.now() - timedelta(days=1),
    )
    house.add_request()
    checked = house.add_request(
        state=State.DRAFT,
        files=[table(group="Pay"), table(name="jobs.csv", group="Jobs")],
        groups=(FileGroup(name="Pay"), FileGroup(name="Jobs")),
        judged_by=house.judged_by(),
    )
    conferring = house.add_request()
    vote(house, "checker1", conferring, comment="Fine by me")
    vote(house, "checker2", conferring, "return", comment="Row two is small")
    released = house.add_request(state=State.RELEASED)
    _, token = house.add_link(released)
    workspaces = Runs(house)
    workspaces.see(workspaces.start())
    Gateway(house).tell(figures={"requests": 1})
    house.browser("admin").post(
        "/egress/freeze", data={"project": house.other_id, "reason": "Until we know more"}
    )
    house.browser("author").post("/tokens", data={"name": "Nightly list", "days": "30"})
    house.browser("member").post("/second-factor/begin")
    show_isolation(house, monkeypatch)
    shown = [file.file_id for file in house.files_of(waiting)]
    yield {
        "project_id": house.project_id,
        "input_id": house.add_input().input_id,
        "dataset_id": f"jobs-{house.tag}",
        "username": house.name("member"),
        "request_id": released.request_id,
        "waiting": waiting.request_id,
        "checked": checked.request_id,
        "conferring": conferring.request_id,
        "token": token,
        "organisation_id": add_organisation(house),
        **viewed,
        **applied(house),
        **dict(zip(("file_id", "picture", "code"), shown, strict=True)),
    }
    house.browser("admin").post("/egress/unfreeze", data={"project": house.other_id})


def applied(house):
    """A draft with something wrong, one to assess and one to vote on."""
    applying = Applying(house)
    draft = applying.draft()
    asked = benefits(column("date_of_birth"), published={})
    applying.do(save_dataset, draft, asked=replace(asked, version_id=applying.version_id))
    applying.do(save_answers, draft, answers={"legal.basis": "none of these"})
    referred = applying.submitted()
    assessor = house.browser("assessor")
    submitted = applying.submitted()
    for one in (referred, submitted):
        assessor.post(f"/applications/{one}/step", data={"action": "start_assessment"})
    assessor.post(f"/applications/{referred}/refer", data={"also": "ethics"})
    return {
        "application_id": draft,
        "section": "legal",
        "asked_id": applying.version_id.dataset_id,
        "submitted_id": submitted,
        "referred_id": referred,
    }


def show_isolation(house, monkeypatch):
    run = ProbeRun(
        run_id=1, at=house.clock.now(), version="1", image="sha256:" + "0" * 64, tier="pixel",
        is_whole=True, states={"N01": "shut", "N02": "OPEN", "N03": "broken"},
        document={"signature": "0" * 64, "payload": {"probes": [
            {"probe_id": name, "place": "inside", "tries": "reach a host", "means": "data leaves",
             "control": "a twin", "control_count": 2, "state": state, "found": ["1.1.1.1:443"]}
            for name, state in (("N01", "shut"), ("N02", "OPEN"), ("N03", "broken"))
        ], "not_yet": [{"probe_id": "L01", "tries": "sign in", "reason": "nothing is there"}]}},
    )  # fmt: skip
    shown = Standing(latest=run, since=None, is_overdue=True)
    monkeypatch.setattr(runs, "standing", lambda *_: shown)
    monkeypatch.setattr(runs, "history", lambda *_: (run,))


def open_page(live, places, name, **options):
    """In the window that this person has open already, if it is one like that."""
    role, path, query = PAGES[name]
    if "/files/" in path:
        # Nothing runs in these documents, so axe could not either.
        options["bypass_csp"] = True
    known = vars(live).setdefault("open", {})
    key = (role, repr(options))
    if key not in known:
        known[key] = live.window(role, **options)
    page = known[key]
    page.said.clear()
    answer = page.goto(path.format(**places) + query)
    assert answer.status < 500
    return page


def violations(page):
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary'][-160:]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(live, places, scheme):
    found = {}
    for name in PAGES:
        page = open_page(live, places, name, color_scheme=scheme)
        if wrong := violations(page) + page.said:
            found[name] = wrong

    assert {name: wrong for name, wrong in found.items() if not is_expected(name, wrong)} == {}


def is_expected(name, wrong):
    """An answer that is an error says so to the console as well."""
    return name in {"not found", "refused", "ledger, refused"} and all(
        "status of 4" in one for one in wrong
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_help_and_on_pages_with_errors(live, places, scheme):
    page = open_page(live, places, "decide", color_scheme=scheme)
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    help_ = violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Record my decision").click()
    page.get_by_text("There is a problem").wait_for()
    asking = open_page(live, places, "request, to ask for", color_scheme=scheme)
    asking.get_by_role("button", name="Ask for release").click()
    asking.get_by_text("There is a problem").wait_for()

    assert help_ == []
    assert violations(page) == []
    assert violations(asking) == []


def test_axe_finds_nothing_where_the_person_chose_dark_by_hand(live, places):
    page = live.window("checker1", color_scheme="light")
    page.goto(f"/review/{places['waiting']}")
    page.get_by_role("button", name="Dark").click()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 25, 29)"
    assert violations(page) == []


# Words that reach beyond the window, unless they are of a table or text with columns of its own.
WIDER = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(one => !one.closest('.haven-table-scroll, table.grid, table.facts, svg, dialog'))
  .filter(one => !one.classList.contains('govuk-visually-hidden'))
  .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))"""


def test_no_text_scrolls_sideways_at_400_percent(live, places):
    """Tables may, and so may the document in which one is shown."""
    found = {}
    for name in PAGES:
        page = open_page(live, places, name, viewport={"width": 320, "height": 256})
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wider := page.evaluate(WIDER):
            found[name] = wider
        elif wide > 320 and "/files/" not in PAGES[name][1]:
            found[name] = [f"{wide} pixels"]

    assert found == {}


def test_every_page_is_looked_at(house):
    shown = {
        re.sub(
            "{(submitted|referred)_id}",
            "{application_id}",
            route.replace("{viewed}", "{dataset_id}")
            .replace("{waiting}", "{request_id}")
            .replace("{checked}", "{request_id}"),
        )
        for _, route, _ in PAGES.values()
    }
    routes = {
        path
        for method, path in routes_of(house.app)
        if method == "GET" and not path.startswith(("/internal/", "/api/"))
    }

    assert routes - shown - NO_PAGES == set()


@pytest.mark.parametrize("media", ["print", "forced-colors", "reduced-motion"])
def test_a_review_is_readable_otherwise(live, places, media):
    page = open_page(live, places, "review, a failing table")
    if media == "print":
        page.emulate_media(media="print", color_scheme="dark")
        assert not page.locator(".haven-bar").is_visible()
        colour = page.evaluate("getComputedStyle(document.body).color")
        assert colour != "rgb(241, 243, 244)"
    elif media == "forced-colors":
        page.emulate_media(forced_colors="active")
        style = "getComputedStyle(document.querySelector('.govuk-tag')).borderStyle"
        assert page.evaluate(style) == "solid"
    else:
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate("document.getAnimations().length") == 0
    frame = page.frame_locator("iframe[name=preview]")
    assert frame.locator("td.flagged").first.is_visible()
