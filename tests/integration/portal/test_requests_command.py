"""`haven requests` against a portal that runs, with a personal token."""

import pytest
from typer.testing import CliRunner

from portal.cli.requests import app
from tests.integration.portal.live import LivePortal
from tests.integration.portal.test_tokens import make


@pytest.fixture
def haven(house, tmp_path):
    token = tmp_path / "token"
    token.write_text(make(house)[1] + "\n")
    token.chmod(0o600)
    with LivePortal(house, chromium=None) as portal:

        def run(*words, url=portal.url):
            options = ["--url", url, "--token-file", str(token)]
            return CliRunner().invoke(app, [*words, *options])

        run.token = token
        yield run


def test_a_request_is_listed_shown_and_withdrawn(house, haven):
    request = house.add_request()

    listed, shown = haven("list"), haven("show", request.request_id)
    withdrawn = haven("withdraw", request.request_id)

    assert request.request_id in listed.output
    assert "tables/mean-pay.csv" in shown.output
    assert "threshold" in shown.output
    assert "withdrawn" in withdrawn.output
    assert house.state_of(request).value == "withdrawn"


def test_what_is_refused_is_said_and_ends_with_1(house, haven):
    request = house.add_request()
    haven("withdraw", request.request_id)

    again = haven("withdraw", request.request_id)

    assert again.exit_code == 1
    assert "withdrawn" in again.output
    assert haven("show", "0" * 32).exit_code == 1


def test_a_token_that_others_may_read_is_not_sent(haven):
    haven.token.chmod(0o644)

    refused = haven("list")

    assert refused.exit_code == 2
    assert "chmod 600" in refused.output


def test_a_token_does_not_cross_a_network_in_the_clear(haven):
    assert haven("list", url="http://haven.example").exit_code == 2


def test_where_nothing_answers_it_ends_with_3(haven):
    assert haven("list", url="http://127.0.0.1:1").exit_code == 3
