"""What the hub writes about each request."""

import logging
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError

from hub import request_log


class Handler:
    def __init__(self, status=200, path="/hub/home", user=None):
        self.status, self.user = status, user
        self.request = SimpleNamespace(
            method="GET",
            path=path,
            uri=f"{path}?code=secret-code",
            headers={"Cookie": "secret-cookie", "Authorization": "token secret-token"},
            request_time=lambda: 0.012,
        )

    def get_status(self):
        return self.status

    @property
    def current_user(self):
        if isinstance(self.user, Exception):
            raise self.user
        return self.user


@pytest.fixture
def written(caplog, monkeypatch):
    monkeypatch.setattr(request_log, "prometheus_log_method", lambda _handler: None)
    caplog.set_level(logging.DEBUG, "haven.requests")
    return caplog


@pytest.mark.parametrize("status", [200, 302, 403, 500])
def test_a_request_is_one_line_without_headers_and_query(written, status):
    request_log.log_request(Handler(status, user=SimpleNamespace(name="ada")))

    [record] = written.records
    assert record.getMessage() == f"{status} GET /hub/home (ada) 12 ms"


@pytest.mark.parametrize(
    ("status", "level"), [(200, "INFO"), (302, "INFO"), (404, "WARNING"), (500, "ERROR")]
)
def test_what_failed_stands_out(written, status, level):
    request_log.log_request(Handler(status))

    assert [record.levelname for record in written.records] == [level]


def test_health_checks_are_not_worth_a_line(written):
    request_log.log_request(Handler(path="/hub/health"))

    assert [record.levelname for record in written.records] == ["DEBUG"]


def test_a_person_who_cannot_be_told_is_nobody(written):
    request_log.log_request(Handler(user=HTTPError(403)))

    assert "(nobody)" in written.text
