"""Who gets in, and how soon somebody who may no longer is out."""

import json
import time

import pytest
import yaml

from hub.client.browser import Browser, BrowserError
from hub.client.kernel import Kernel
from infra import admin, services
from infra.demo import accounts
from infra.shell import run
from tests.waiting import eventually


@pytest.fixture
def outsider(told):
    """A person with an account and no project."""
    with Browser(told.instance.public_url, accounts.AUDITOR) as browser:
        browser.sign_in(told.password)
        yield browser


def test_a_wrong_password_opens_nothing(told):
    with Browser(told.instance.public_url, accounts.RESEARCHER) as browser:
        with pytest.raises(BrowserError, match="could not sign in"):
            browser.sign_in("not-the-password")

        assert browser.servers() == {}


def test_a_person_who_is_not_registered_cannot_sign_in(told):
    with Browser(told.instance.public_url, "mallory") as browser, pytest.raises(BrowserError):
        browser.sign_in(told.password)


def test_nobody_starts_a_workspace_in_a_project_they_are_not_in(outsider):
    with pytest.raises(BrowserError, match="403"):
        outsider.open_workspace(accounts.PROJECT)


def test_nobody_starts_a_workspace_without_a_project(told, outsider):
    answer = outsider.http.get(f"/hub/spawn/{outsider.username}")

    assert answer.status_code == 403
    assert outsider.servers() == {}


def test_an_image_or_volume_asked_for_in_the_request_is_not_used(told, outsider):
    body = {"image": "haven/base", "volumes": {"/": "/host"}, "network_name": "bridge"}
    headers = {"X-XSRFToken": outsider.cookie("_xsrf", "/hub/")}

    answer = outsider.http.post(
        f"/hub/api/users/{outsider.username}/servers/{accounts.PROJECT}", json=body, headers=headers
    )

    assert answer.status_code == 403


def test_somebody_elses_workspace_is_closed(told, outsider):
    path = told.browsers[accounts.RESEARCHER].workspace_path(accounts.PROJECT, "lab")

    answer = outsider.http.get(path)

    assert "jupyter-config-data" not in answer.text
    assert answer.status_code == 403


def test_an_anonymous_visitor_sees_a_sign_in_page_only(told):
    researcher = told.browsers[accounts.RESEARCHER]
    with Browser(told.instance.public_url, "nobody") as browser:
        answer = browser.http.get(researcher.workspace_path(accounts.PROJECT, "lab"))

        assert "/hub/login" in str(answer.url)


def test_the_hubs_private_questions_are_not_open_outside(told):
    with Browser(told.instance.public_url, "nobody") as browser:
        for path in ("/internal/entitlements", "/internal/workspaces/ada/earnings-gap"):
            assert browser.http.get(path).status_code == 404


@pytest.mark.parametrize("address", ["files/outputs/x", "nbconvert/html/x.ipynb", "api/terminals"])
def test_raw_downloads_exports_and_terminals_are_closed_to_the_owner(told, address):
    researcher = told.browsers[accounts.RESEARCHER]

    assert researcher.api(accounts.PROJECT, "GET", address).status_code == 403


def test_the_gateway_counts_what_the_owner_sees(told):
    told.shell("seq 20000")

    eventually(lambda: shown_by_kernels(told, accounts.RESEARCHER) > 100_000)


def shown_by_kernels(told, username) -> int:
    """Bytes of kernel messages that the gateway has written down for this person."""
    counts = [json.loads(path.read_text()) for path in (told.instance.home / "meters").iterdir()]
    own = [count for count in counts if count["username"] == username]
    return sum(day["to_browser"].get("kernel", 0) for c in own for day in c["days"].values())


@pytest.fixture
def leaver(told, tmp_path):
    """A member with an open workspace, and the project's file, for taking them out again."""
    content = yaml.safe_load(accounts.project_file(told.instance).read_text())
    content["people"].append(
        {"username": "leaver", "display_name": "A. Leaver", "password": told.password}
    )
    content["project"]["id"] = "short-lived"
    content["project"]["members"] = ["leaver"]
    content["project"]["training"] = []
    content["project"]["checkers"] = [accounts.FIRST_CHECKER, accounts.SECOND_CHECKER]
    path = tmp_path / "short-lived.yaml"
    path.write_text(yaml.safe_dump(content))
    admin.output_of(told.instance, "project", "apply", str(path))
    with Browser(told.instance.public_url, "leaver") as browser:
        browser.sign_in(told.password)
        browser.open_workspace("short-lived")
        yield browser, content, path


def test_a_workspace_that_is_opened_again_has_its_files(told, leaver):
    browser, _, _ = leaver
    with Kernel(browser, "short-lived") as kernel:
        kernel.run("open('kept.txt', 'w').write('mine')")
    browser.close_workspace("short-lived")

    browser.open_workspace("short-lived")

    with Kernel(browser, "short-lived") as kernel:
        assert kernel.run("print(open('kept.txt').read())").text == "mine\n"


def running(told):
    return {(user, project) for user, project, _ in services.workspaces(told.instance)}


def test_a_project_is_opened_from_its_networks_only(told, leaver):
    browser, content, path = leaver

    def bound_to(network):
        content["project"]["networks"] = [network]
        path.write_text(yaml.safe_dump(content))
        admin.output_of(told.instance, "project", "apply", str(path))
        eventually(lambda: ("leaver", "short-lived") not in running(told))
        eventually(opened_again)
        return browser.http.get("/user/leaver/short-lived/api/status")

    def opened_again():
        # Refused while the hub is still taking the earlier one down.
        browser.http.get("/hub/spawn/leaver/short-lived")
        return ("leaver", "short-lived") in running(told)

    refused = bound_to("192.0.2.0/24")
    assert (refused.status_code, "its own networks only" in refused.text) == (403, True)
    assert browser.http.get("/hub/home").status_code == 200
    browser.close_workspace("short-lived")
    bridge = run("docker", "network", "inspect", f"{told.instance.name}_front", "--format",
                 "{{(index .IPAM.Config 0).Subnet}}").strip()  # fmt: skip
    content["project"]["networks"] = [bridge]
    path.write_text(yaml.safe_dump(content))
    admin.output_of(told.instance, "project", "apply", str(path))
    browser.open_workspace("short-lived")
    assert browser.api("short-lived", "GET", "api/status").status_code == 200


def test_a_folder_with_a_space_in_its_name_can_be_opened(leaver):
    browser, _, _ = leaver
    made = browser.api(
        "short-lived", "PUT", "api/contents/Untitled%20Folder", json={"type": "directory"}
    )

    listed = browser.api("short-lived", "GET", "api/contents/Untitled%20Folder")

    assert (made.status_code, listed.status_code) == (201, 200)
    browser.api("short-lived", "DELETE", "api/contents/Untitled%20Folder")


def test_a_datasets_file_cannot_be_fetched_whole_through_the_file_browser(told):
    researcher = told.browsers[accounts.RESEARCHER]
    path = "api/contents/data/labour-market/people.parquet?type=file&format=base64&content=1"

    assert researcher.api(accounts.PROJECT, "GET", path).status_code == 403


def test_taking_a_dataset_away_stops_the_workspace_that_has_it(told, leaver):
    _, content, path = leaver
    grants = content["project"]["grants"]
    content["project"]["grants"] = grants[:1]
    path.write_text(yaml.safe_dump(content))
    admin.output_of(told.instance, "project", "apply", str(path))
    started = time.monotonic()
    while ("leaver", "short-lived") in running(told):
        assert time.monotonic() - started < 60, "the workspace still has the dataset"
        time.sleep(0.5)

    content["project"]["grants"] = grants
    path.write_text(yaml.safe_dump(content))
    admin.output_of(told.instance, "project", "apply", str(path))


@pytest.mark.parametrize("change", ["removed", "closed"])
def test_losing_access_stops_the_running_workspace_within_a_minute(told, leaver, change):
    browser, content, path = leaver
    if change == "removed":
        content["project"]["members"] = []
    else:
        content["project"]["closed"] = True
    path.write_text(yaml.safe_dump(content))
    admin.output_of(told.instance, "project", "apply", str(path))
    started = time.monotonic()
    while ("leaver", "short-lived") in running(told):
        assert time.monotonic() - started < 60, "the workspace still runs"
        time.sleep(0.5)

    answer = browser.http.get(browser.workspace_path("short-lived", "api/contents"))

    # The hub's page, which says that it is not running; not the workspace's list of files.
    assert answer.headers["content-type"].startswith("text/html")
    assert "jupyter-config-data" not in answer.text
    content["project"].update(members=["leaver"], closed=False)
    path.write_text(yaml.safe_dump(content))
    admin.output_of(told.instance, "project", "apply", str(path))
