"""Terms of use: accepted once a version, before anything else."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import sessionmaker

from registry.application.terms_of_use import publish_terms
from registry.domain.errors import NotValid
from tests.integration.portal.conftest import House


@pytest.fixture
def house(portal_database_url, tmp_path):
    """A house in one transaction that is never committed: terms bind everybody in a database."""
    house = House(portal_database_url, tmp_path)
    with house.engine.connect() as connection, connection.begin() as everything:
        house.sessions = sessionmaker(connection, join_transaction_mode="create_savepoint")
        house.parts = replace(house.parts, sessions=house.sessions)
        house.set_up()
        house.populate()
        yield house
        for client in house.clients:
            client.close()
        everything.rollback()
    house.engine.dispose()


@pytest.fixture
def publish(house):
    def publish(version, words="Use it well.\n\nTell nobody."):
        version = f"{version}-{house.tag}"
        publish_terms(
            house.registry_unit_of_work(), house.clock, version=version, text=words, actor="(cli:x)"
        )
        return version

    return publish


def test_nothing_is_open_before_the_terms_are_accepted(house, publish):
    version = publish("1")
    browser = house.browser("author")

    for path in ("/", "/requests", "/tokens"):
        assert browser.get(path).headers["location"] == "/terms"
    page = browser.get("/terms").text
    assert "Use it well." in page
    assert version in page

    assert browser.post("/terms/accept", data={"version": version}).headers["location"] == "/"
    assert browser.get("/").status_code == 200
    [line] = house.ledger(event="registry.terms_accepted")
    assert (line.actor, line.subject) == (house.name("author"), f"terms:{version}")


def test_who_accepted_is_asked_again_for_a_new_version_only(house, publish):
    browser, first = house.browser("author"), publish("1")
    browser.post("/terms/accept", data={"version": first})
    assert browser.get("/").status_code == 200
    house.clock.advance(minutes=1)

    second = publish("2")

    assert browser.get("/").headers["location"] == "/terms"
    assert browser.post("/terms/accept", data={"version": first}).status_code == 422
    assert browser.get("/").headers["location"] == "/terms"
    browser.post("/terms/accept", data={"version": second})
    assert browser.get("/").status_code == 200


def test_accepting_twice_is_one_line(house, publish):
    browser, version = house.browser("author"), publish("1")
    for _ in range(2):
        browser.post("/terms/accept", data={"version": version})

    assert len(house.ledger(event="registry.terms_accepted")) == 1


def test_no_workspace_starts_and_no_program_asks_before_they_are_accepted(house, publish, internal):
    publish("1")
    path = f"/internal/workspaces/{house.name('author')}/{house.project_id}/sessions"

    answer = house.browser().post(path, headers=internal, json={"started_id": "a" * 32})

    assert answer.status_code == 403
    assert answer.json()["code"] == "terms_not_accepted"


def test_a_version_is_published_once(house, publish):
    publish("1")

    with pytest.raises(NotValid, match="published before"):
        publish("1", "Something else")


@pytest.mark.parametrize(("version", "words"), [("", "x"), ("a b", "x"), ("1", " "), ("1", "\0")])
def test_what_is_no_terms_is_not_published(house, version, words):
    uow = house.registry_unit_of_work()

    with pytest.raises(NotValid):
        publish_terms(uow, house.clock, version=version, text=words, actor="(x)")


def test_marks_in_the_terms_are_letters_on_the_page(house, publish):
    publish("1", "<script>alert(1)</script>")

    assert "<script>alert" not in house.browser("author").get("/terms").text
