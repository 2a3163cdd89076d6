"""The register of legal gateways, and what it makes of an application."""

from dataclasses import replace
from datetime import date

import pytest

from registry.adapters.gateways.register_file import SHIPPED, read_register, shipped_register
from registry.domain.applications.form import JURISDICTIONS, PURPOSES
from registry.domain.applications.gateways import Asking, gateway_problems, needs_legal_review
from tests.unit.registry.application_builders import ANSWERS, BENEFITS, HASH, benefits, column

REGISTER = shipped_register()
TODAY = date(2026, 11, 23)


def asking(*columns, dataset=BENEFITS, **answers):
    said = ANSWERS | {key.replace("__", "."): text for key, text in answers.items()}
    return Asking(answers=said, datasets=[(benefits(*columns), dataset)])


def problems(*columns, dataset=BENEFITS, **answers):
    found = gateway_problems(asking(*columns, dataset=dataset, **answers), REGISTER)
    return {one.path: one.message for one in found}


def test_the_shipped_register_is_whole_and_speaks_the_forms_words():
    assert {"common-law", "consent", "dea-2017-research"} <= set(REGISTER.gateways)
    for one in REGISTER.gateways.values():
        assert one.jurisdictions <= set(JURISDICTIONS)
        assert one.purposes <= set(PURPOSES)
        assert one.source
        assert one.review_on > TODAY


@pytest.mark.parametrize(
    "change",
    [
        ('route = "consent"', 'route = "hope"'),
        ('id = "consent"', 'id = "common-law"'),
        ('id = "consent"', 'id = "consent"\nmore = 1'),
        ("review_on = 2027-11-01", ""),
    ],
)
def test_a_register_with_something_wrong_is_refused(tmp_path, change):
    file = tmp_path / "register.toml"
    file.write_text(SHIPPED.read_text().replace(*change, 1))

    with pytest.raises(ValueError, match=r"."):
        read_register(file)


def test_common_law_does_not_reach_everybody_and_says_what_to_do():
    found = problems(legal__gateway="common-law", necessity__is_bulk="yes")

    assert "Name a gateway that allows bulk sharing" in found["legal.gateway"]
    assert problems(legal__gateway="common-law", necessity__is_bulk="no") == {}


def test_consent_needs_its_evidence_and_a_word_on_third_parties():
    assert set(problems(legal__gateway="consent")) == {
        "legal.consent_evidence",
        "legal.third_parties_identifiable",
    }
    said = {"legal__consent_evidence": "Signed", "legal__third_parties_identifiable": "No"}
    assert problems(legal__gateway="consent", **said) == {}


def test_the_research_route_gives_nothing_that_names_people():
    named = column("person")

    assert set(problems(named, column("region"))) == {"data.benefits.person"}
    assert problems(column("person", HASH), column("region")) == {}
    assert problems(named, legal__gateway="ssaa-1992-7b") == {}


def test_a_gateway_of_other_nations_or_purposes_is_refused():
    assert "legal.jurisdictions" in problems(
        legal__gateway="wrpa-1999-72", legal__jurisdictions="northern-ireland"
    )
    assert "legal.gateway" in problems(legal__gateway="wrpa-1999-72", about__purposes="burdens")


def test_data_are_passed_on_only_where_the_gateway_allows_it():
    assert "legal.is_passed_on" in problems(legal__is_passed_on="yes")
    assert problems(legal__gateway="wra-2012-131", legal__is_passed_on="yes") == {}


def test_a_gateway_that_nobody_knows_or_the_dataset_does_not_allow_is_refused():
    assert "not in the register" in problems(legal__gateway="hope")["legal.gateway"]
    entry = replace(BENEFITS.entry, gateways=("ssaa-1992-122c",))
    found = problems(dataset=replace(BENEFITS, entry=entry))
    assert "none of those of benefits" in found["legal.gateway"]


@pytest.mark.parametrize("nation", ["scotland", "wales", "northern-ireland"])
def test_people_of_other_nations_need_a_lawyer(nation):
    assert needs_legal_review(asking(legal__jurisdictions=f"england\n{nation}"), REGISTER, TODAY)
    assert not needs_legal_review(asking(), REGISTER, TODAY)


def test_an_entry_that_nobody_looked_at_lately_needs_a_lawyer():
    assert needs_legal_review(asking(), REGISTER, date(2027, 11, 1))
