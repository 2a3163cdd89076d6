"""Schemathesis asks the running API all it can think of, as each role, with ids that exist."""

import copy
import json
import os
import subprocess

import pytest

from output_checker.domain.workflow import State
from portal.api import describe
from tests.integration.portal.applying import Applying
from tests.integration.portal.live import LivePortal
from tests.integration.portal.test_tokens import make
from tests.other_programs import python_of_oracles

ROLES = ["author", "member", "checker1", "owner", "override1", "auditor", "stranger", None]
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance", "unsupported_method",
)  # fmt: skip
# For each operation and role; more when somebody asks.
CASES = int(os.environ.get("HAVEN_API_CASES", "4"))


@pytest.fixture
def served(house):
    with LivePortal(house, chromium=None) as portal:
        yield portal.url


@pytest.fixture
def description(house, table, figure):
    """The API's own, which also says which requests, files and links there are."""
    house.ask_for_a_sign_off()
    requests = [
        house.add_request(files=[table(verdict="fail"), figure()], verdict="fail"),
        house.add_request(),
        house.add_request(state=State.RELEASED),
    ]
    link, token = house.add_link(requests[-1], allowed_downloads=1000)
    applying = Applying(house)
    known = {
        "application_id": [applying.draft(), applying.submitted()],
        "request_id": [one.request_id for one in requests],
        "file_id": [file.file_id for file in house.files_of(requests[0])],
        "link_id": [link.link_id],
        "project_id": [house.project_id, house.other_id],
    }
    found = copy.deepcopy(describe())
    for methods in found["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in known:
                    parameter["schema"] = {"enum": [*known[parameter["name"]], "0" * 32]}
    bodies = found["components"]["schemas"]
    bodies["CollectBody"]["properties"]["token"]["examples"] = [token]
    bodies["SignOffBody"]["properties"]["dataset"]["examples"] = [f"jobs-{house.tag}"]
    return found


@pytest.fixture
def schemathesis(served, tmp_path):
    python = python_of_oracles()

    def run(description, token, *more):
        place = tmp_path / "openapi.json"
        place.write_text(json.dumps(description))
        return subprocess.run(
            [python.with_name("schemathesis"), "run", place, "--url", served,
             "--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS),
             "--phases", "examples,fuzzing", "--max-examples", str(CASES), "--seed", "1",
             "--suppress-health-check", "all", "--no-color", "--warnings", "off", *more],
            capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path,
        )  # fmt: skip

    return run


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_answer_is_a_crash_or_not_in_the_description(house, schemathesis, description, role):
    done = schemathesis(description, make(house, role)[1] if role else "nobody")

    assert done.returncode == 0, done.stdout[-8000:]


@pytest.mark.slow
def test_an_answer_that_is_not_in_the_description_would_be_found(schemathesis, description):
    del description["paths"]["/api/v1/requests"]["get"]["responses"]["401"]

    done = schemathesis(description, "nobody", "--include-operation-id", "list_requests")

    assert done.returncode == 1
    assert "Undocumented status code" in done.stdout


@pytest.mark.slow
def test_an_answer_of_another_form_would_be_found(house, schemathesis, description):
    person = description["components"]["schemas"]["Person"]
    person["properties"]["username"] = {"type": "integer"}

    done = schemathesis(description, make(house)[1], "--include-operation-id", "show_me")

    assert done.returncode == 1
    assert "Response violates schema" in done.stdout
