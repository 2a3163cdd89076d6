"""The certificate of what became of a project's files: who gets it, and that it is noted."""

import pytest

from registry.application.close_out import read_certificate, record_close_out
from registry.domain.closure import Closure, ClosureMode


@pytest.fixture
def document(house):
    said = Closure(mode=ClosureMode.DESTROY, retain_days=0)
    house.change_project(is_closed=True, closure=said)
    document = (
        f'{{"project": "{house.project_id}", "mode": "destroy", '
        '"files": [{"folder": "homes", "of": "ada", "sha256": "aa", "bytes": 3}]}'
    )
    record_close_out(
        house.registry_unit_of_work(), house.clock, document=document, actor=house.name("admin")
    )
    return document


@pytest.mark.parametrize("role", ["admin", "auditor", "owner"])
def test_it_is_given_as_it_was_written_and_that_it_was_given_is_in_the_ledger(
    house, document, role
):
    answer = house.browser(role).get(f"/projects/{house.project_id}/certificate")

    assert answer.text == document
    assert f"{house.project_id}-certificate.json" in answer.headers["content-disposition"]
    [line] = house.ledger(event="registry.certificate_downloaded")
    assert line.actor == house.name(role)
    assert dict(line.details) == {"certificate": read_certificate(document).sha256}


@pytest.mark.parametrize("role", ["author", "member", "checker1", "outsider", "recipient"])
def test_nobody_else_gets_it(house, document, role):
    answer = house.browser(role).get(f"/projects/{house.project_id}/certificate")

    assert answer.status_code == 404
    assert "homes" not in answer.text
    assert house.ledger(event="registry.certificate_downloaded") == []


def test_admins_find_it_on_the_projects_page(house, document):
    address = f"/projects/{house.project_id}"

    assert f"{address}/certificate" in house.browser("admin").get(address).text
    assert f"{address}/certificate" not in house.browser("checker1").get(address).text


def test_there_is_none_of_a_project_that_is_open(house):
    answer = house.browser("admin").get(f"/projects/{house.project_id}/certificate")

    assert answer.status_code == 404
