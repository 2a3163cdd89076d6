"""The catalogue's pages: who sees what, what a search finds, and how a dataset is shown."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.adapters.database.catalogue import MOST_WORDS_A_DAY
from registry.application.keep_profile import keep_profile
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.catalogue import (
    AccessRights,
    CatalogueEntry,
    Discoverable,
    GeographyLevel,
    PublishedAlternative,
    SpatialCoverage,
    TemporalCoverage,
    UpdateFrequency,
)
from registry.domain.dataset import Field, FieldRole, SpecialCategory, VersionId
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.profile import ShownColumn, ShownProfile
from registry.domain.view_spec import Alternative, Transform, TransformKind

BIRTH = Field(
    name="date_of_birth",
    type="date",
    role=FieldRole.QUASI,
    alternatives=(
        Alternative(name="year_of_birth", transform=Transform(kind=TransformKind.YEAR_OF)),
    ),
)


@pytest.fixture
def add(house):
    """Adds a dataset of which everybody may know, unless told otherwise; returns its id."""

    def add(name, *, version="1.0.0", title="Redundancy", fields=(BIRTH,), unit="person", **said):
        dataset_id = f"{name}-{house.tag}"
        version_id = VersionId(dataset_id=dataset_id, version=version)
        said = {"discoverable": Discoverable.PUBLIC, "theme": (f"labour-{house.tag}",)} | said
        dataset = replace(
            house.dataset,
            version_id=version_id,
            title=f"{title} {house.tag}",
            path=f"{dataset_id}/{version}/one.parquet",
            fields=fields,
            unit=unit,
            entry=CatalogueEntry(**said),
        )
        house.apply(Wanted(datasets=(dataset,), places={("dataset", str(version_id)): "(here)"}))
        return dataset_id

    return add


@pytest.fixture
def found(house):
    """The ids that a search of this house's data finds, in their order."""

    def found(query, role=None):
        answer = house.browser(role).get(f"/catalogue?{query}&theme=labour-{house.tag}")
        assert answer.status_code == 200
        return re.findall(r'href="/catalogue/([a-z0-9-]+)"', answer.text)

    return found


def test_public_datasets_are_seen_by_nobody_in_particular(house, add, found):
    shown = add("seen")

    assert found("") == [shown]
    page = house.browser(None).get(f"/catalogue/{shown}")
    assert page.status_code == 200
    assert f"Redundancy {house.tag}" in page.text


def test_nothing_of_where_it_lies_or_who_uses_it_is_shown_to_anybody(house, add):
    shown = add("seen", steward="a-private-person")

    page = house.browser(None).get(f"/catalogue/{shown}").text

    for hidden in ("one.parquet", "a" * 64, house.project_id, "sacro-10", "a-private-person"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("said", "seers"),
    [
        (Discoverable.PUBLIC, {None, "stranger", "member", "checker1", "admin", "auditor"}),
        (Discoverable.SIGNED_IN, {"stranger", "member", "checker1", "admin", "auditor"}),
        (Discoverable.MEMBERS, {"admin", "auditor"}),
    ],
)
def test_a_dataset_is_known_to_those_whom_it_names_and_to_nobody_else(
    house, add, found, said, seers
):
    shown = add("hidden", discoverable=said)

    for role in (None, "stranger", "member", "checker1", "admin", "auditor"):
        assert (found("", role) == [shown]) == (role in seers), role
        status = house.browser(role).get(f"/catalogue/{shown}").status_code
        assert status == (200 if role in seers else 303 if role is None else 404), role


def test_a_projects_people_and_who_signs_off_know_of_its_data(house):
    for role in ("member", "author", "checker1", "owner"):
        answer = house.browser(role).get(f"/catalogue/jobs-{house.tag}")
        assert answer.status_code == 200, role


def test_people_of_an_owner_know_of_its_data_and_those_of_its_publisher_alone_do_not(
    house, add, found
):
    office, printer = f"office-{house.tag}", f"printer-{house.tag}"
    organisations = tuple(
        Organisation(organisation_id=one, title=one, kind=OrganisationKind.PUBLIC)
        for one in (office, printer)
    )
    people = (
        WantedPerson(person=house.person("outsider", organisation_id=office)),
        WantedPerson(
            person=house.person("recipient"),
            roles=frozenset({(office, OrganisationRole.ASSESSOR)}),
        ),
        WantedPerson(person=house.person("stranger", organisation_id=printer)),
    )
    house.apply(Wanted(organisations=organisations, people=people, places={}))
    house.dataset = replace(house.dataset, publisher=printer)

    owned = add("owned", discoverable=Discoverable.MEMBERS, owners=(office,))
    published = add("published", discoverable=Discoverable.MEMBERS)

    assert found("", "outsider") == found("", "recipient") == [owned]
    assert house.browser("recipient").get(f"/catalogue/{owned}").status_code == 200
    assert found("", "stranger") == [published]


def test_a_dataset_that_is_hidden_and_one_that_is_not_there_answer_alike(house, add):
    hidden = add("hidden", discoverable=Discoverable.MEMBERS)

    answers = [
        house.browser(role).get(f"/catalogue/{name}")
        for role in (None, "stranger")
        for name in (hidden, "not-there")
    ]

    assert [answer.status_code for answer in answers] == [303, 303, 404, 404]
    assert answers[2].text.replace(hidden, "") == answers[3].text.replace("not-there", "")


def test_an_older_version_that_was_hidden_stays_hidden(house, add):
    shown = add("grown", version="1.0.0", discoverable=Discoverable.MEMBERS)
    add("grown", version="2.0.0")

    assert "1.0.0" not in house.browser(None).get(f"/catalogue/{shown}").text
    hidden = house.browser("stranger").get(f"/catalogue/{shown}?version=1.0.0")
    assert hidden.status_code == 404
    assert house.browser("admin").get(f"/catalogue/{shown}?version=1.0.0").status_code == 200


def test_a_newer_version_that_is_hidden_hides_the_dataset(house, add, found):
    shown = add("shrunk", version="1.0.0")
    add("shrunk", version="2.0.0", discoverable=Discoverable.MEMBERS)

    assert found("") == []
    assert house.browser("stranger").get(f"/catalogue/{shown}?version=1.0.0").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["q=redundancies", "q=birth", "q=date_of_birth", "q=notices", "unit=claim", "from=2020&to=2021",
     "level=lsoa", "level=lad", "gateway=dea-2017", "access=OPEN", "linkable=nino",
     "organisation=office-b", "q=birth+-wages", 'q="date of birth"'],
)  # fmt: skip
def test_a_search_finds_what_says_so_and_nothing_else(add, found, query):
    shown = add(
        "wanted",
        unit="claim",
        keyword=("notices",),
        fields=(BIRTH, Field(name="nino", type="string", is_linkable=True)),
        spatial=SpatialCoverage(finest=GeographyLevel.DATAZONE),
        temporal=TemporalCoverage(start=date(2019, 1, 1), end=date(2020, 6, 30)),
        gateways=("dea-2017",),
        access_rights=AccessRights.OPEN,
        owners=("office-b",),
    )
    add("other", title="Wages", fields=(Field(name="pay", type="number"),))

    assert found(query) == [shown]


@pytest.mark.parametrize("query", ["level=oa", "from=2021", "to=2018", "q=unobtainium"])
def test_a_search_leaves_out_what_does_not_say_so(add, found, query):
    add(
        "one",
        spatial=SpatialCoverage(finest=GeographyLevel.DATAZONE),
        temporal=TemporalCoverage(start=date(2019, 1, 1), end=date(2020, 6, 30)),
    )

    assert found(query) == []


def test_a_title_that_has_the_words_stands_before_a_variable_that_has(add, found):
    second = add("first-by-id", title="Claims", fields=(Field(name="wages", type="number"),))
    first = add("second-by-id", title="Wages", fields=())

    assert found("q=wages") == [first, second]


def test_hits_are_marked_and_what_descriptors_say_is_escaped(house, add):
    add("one", title="<script>alert(1)</script> redundancy")

    page = house.browser(None).get(f"/catalogue?q=redundancy&theme=labour-{house.tag}").text

    assert "<mark>redundancy</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%22", "q=((&level=everything", "from=0", "to=99999", "page=0", "page=-1", "q=%FF",
     "page=99999999999999999999", "from=%D9%A1%D9%A2%D9%A3%D9%A4", "q=" + "a" * 5000,
     "&".join(f"unit={one}" for one in range(300)), "q=%EE%80%80x%EE%80%81"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_a_page_all_the_same(house, query):
    assert house.browser(None).get(f"/catalogue?{query}").status_code == 200


@pytest.mark.parametrize("name", ["%00", "%FF", "Jobs", "a" * 3000, "jobs%27--"])
def test_a_name_that_no_dataset_can_have_is_not_found(house, name):
    assert house.browser("admin").get(f"/catalogue/{name}").status_code == 404


def test_facets_lead_to_addresses_that_add_and_take_away(house, add):
    add("one", unit="claim")
    browser = house.browser(None)

    page = browser.get(f"/catalogue?theme=labour-{house.tag}").text
    assert f'href="/catalogue?theme=labour-{house.tag}&amp;unit=claim"' in page
    chosen = browser.get(f"/catalogue?theme=labour-{house.tag}&unit=claim").text
    assert f'href="/catalogue?theme=labour-{house.tag}" aria-current="true">claim (1)' in chosen


def test_words_that_find_nothing_are_counted_without_a_name(house):
    word = f"unobtainium{house.tag}"
    for role in (None, "author", "author"):
        house.browser(role).get(f"/catalogue?q={word.upper()}")
    house.browser("author").get(f"/catalogue?q={word}&unit=claim")

    page = house.browser("auditor").get("/catalogue-demand").text

    assert re.search(rf"{word}</td>\s*<td[^>]*>3</td>", page)
    assert house.name("author") not in page
    assert house.browser("author").get("/catalogue-demand").status_code == 404


def test_a_flood_of_words_is_not_kept(house):
    day = date(1999, 1, 1)
    with house.registry_unit_of_work() as uow:
        for number in range(MOST_WORDS_A_DAY + 5):
            uow.catalogue.note_in_vain(f"flood {number}", on=day)
        uow.catalogue.note_in_vain("flood 0", on=day)
        kept = uow.catalogue.kept_on(day)

    assert kept["flood 0"] == 2
    assert len(kept) == MOST_WORDS_A_DAY


def test_a_datasets_page_says_who_decides_what_is_less_intrusive_and_what_is_published(house, add):
    shown = add(
        "full",
        fields=(BIRTH, Field(name="ill", type="string", category=SpecialCategory.HEALTH)),
        owners=("office-b", "office-c"),
        boards=("joint-board",),
        gateways=("dea-2017",),
        published_alternatives=(
            PublishedAlternative(alternative_id="nomis", title="Nomis", coverage="Great Britain"),
        ),
    )

    page = house.browser(None).get(f"/catalogue/{shown}").text
    listed = re.search(r'id="route".*?<ol[^>]*>(.*?)</ol>', page, re.DOTALL)[1]
    steps = [re.sub(r"<[^>]+>", "", one).strip() for one in listed.split("</li>")]

    assert steps[:-1] == [
        "Look whether what is published does: Nomis.",
        "Choose the legal gateway: dea-2017.",
        "Say in an application which variables you need, for what, and until when.",
        "Each owner decides: office-b, office-c.",
        "It has sensitive personal data, so the data protection officer looks at it too.",
        "The board votes: joint-board.",
        "Approved, it is in your project's workspace, without further hands.",
    ]
    assert "year_of_birth</span> (year of)" in page
    assert "Great Britain" in page
    assert "to gain 4" in page


def test_a_dataset_is_overdue_once_its_day_is_past(house, add):
    today = house.clock.now().date()
    late = add("late", modified=today - timedelta(days=9), update_frequency=UpdateFrequency.WEEKLY)
    due = add("due", modified=today - timedelta(days=7), update_frequency=UpdateFrequency.WEEKLY)

    browser = house.browser(None)

    assert "Overdue" in browser.get(f"/catalogue/{late}").text
    assert "Overdue" not in browser.get(f"/catalogue/{due}").text


def test_a_profile_is_shown_to_who_is_signed_in_and_to_nobody_else(house, add):
    shown = add("profiled")
    profile = ShownProfile(
        threshold=10,
        people=100,
        columns=(
            ShownColumn(
                name="date_of_birth",
                is_key=False,
                complete=98,
                valid=None,
                is_unique=False,
                categories=(("North", 55),),
                has_others=True,
            ),
        ),
    )
    keep_profile(
        house.registry_unit_of_work(),
        house.clock,
        version_id=VersionId(dataset_id=shown, version="1.0.0"),
        profile=profile,
        actor="(tests)",
    )

    page = house.browser("stranger").get(f"/catalogue/{shown}").text

    assert "North: 55; others" in page
    assert "98 %" in page
    assert "Not told" in page
    assert "North: 55" not in house.browser(None).get(f"/catalogue/{shown}").text
