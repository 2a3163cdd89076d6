import os
import time

import pytest

from hub.gateway.sessions import Sessions
from tests.unit.hub.builders import a_registration

SECONDS = 600


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def cookie(folder):
    return Sessions(folder).open(a_registration(), "the-token", SECONDS)


def test_a_session_outlives_a_restart_and_is_asked_about_again(folder, cookie):
    session = Sessions(folder).find(cookie, a_registration())

    assert session.token == "the-token"
    assert session.checked_at is None


def test_what_is_kept_tells_nobody_the_token_or_the_cookie(folder, cookie):
    [file] = folder.iterdir()
    content = file.name.encode() + file.read_bytes()

    assert file.stat().st_mode & 0o777 == 0o600
    assert b"the-token" not in content
    assert cookie.encode() not in content


@pytest.mark.parametrize("other", ["", None, "x" * 43])
def test_another_cookie_opens_nothing(folder, cookie, other):
    assert Sessions(folder).find(other, a_registration()) is None


def test_a_file_that_was_changed_opens_nothing(folder, cookie):
    [file] = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-8] + b"AAAAAAA=")

    assert Sessions(folder).find(cookie, a_registration()) is None


def test_one_sessions_file_opens_nothing_under_anothers_name(folder, cookie):
    [first] = folder.iterdir()
    other = Sessions(folder).open(a_registration(username="bea"), "beas-token", SECONDS)
    [second] = set(folder.iterdir()) - {first}
    second.write_bytes(first.read_bytes())

    assert Sessions(folder).find(other, a_registration()) is None


def test_a_session_is_for_one_start_of_one_workspace(folder, cookie):
    assert Sessions(folder).find(cookie, a_registration(started_id="start-2")) is None


def test_a_session_that_was_closed_stays_closed(folder, cookie):
    Sessions(folder).close(cookie)

    assert Sessions(folder).find(cookie, a_registration()) is None
    assert list(folder.iterdir()) == []


def test_a_session_that_is_over_is_over_after_a_restart_too(folder):
    cookie = Sessions(folder).open(a_registration(), "the-token", -1)

    assert Sessions(folder).find(cookie, a_registration()) is None


def test_the_sessions_of_a_workspace_that_stopped_are_forgotten(folder):
    sessions = Sessions(folder)
    over = sessions.open(a_registration(), "t", SECONDS)
    goes_on = sessions.open(a_registration(username="bea", started_id="start-2"), "t", SECONDS)

    sessions.forget_all_but({"start-2"}, SECONDS)

    assert sessions.find(over, a_registration()) is None
    assert sessions.find(goes_on, a_registration(username="bea", started_id="start-2"))


def test_files_older_than_any_session_are_removed(folder, cookie):
    [file] = folder.iterdir()
    long_ago = time.time() - SECONDS - 1
    os.utime(file, (long_ago, long_ago))

    Sessions(folder).forget_all_but({"start-1"}, SECONDS)

    assert list(folder.iterdir()) == []
