"""`haven apply` and `haven drift`: files and the registry, two faces of one state."""

from pathlib import Path

import pytest

from output_checker.adapters.checks import EngineChecks
from portal.site_policies import known_policies, policy_of
from registry.application import policy_queries, queries, training_queries
from registry.domain.organisation import OrganisationRole

ORGANISATIONS = """
organisations:
  - {{id: office-{tag}, title: An office, kind: public}}
  - {{id: lab-{tag}, title: A lab, kind: academic}}
"""
PEOPLE = """
people:
  - username: ann-{tag}
    display_name: Ann
    organisation: lab-{tag}
    organisation_roles: {{lab-{tag}: [analyst]}}
    training: [{{course: safe-researcher, completed_on: 2026-01-01, expires_on: 2099-01-01}}]
  - username: sam-{tag}
    display_name: Sam
    organisation: office-{tag}
    organisation_roles: {{office-{tag}: [steward, data_owner]}}
"""
PROJECTS = """
projects:
  - {{id: pay-{tag}, title: Pay, ends_on: 2099-03-31, policy: sacro-10,
     training: [safe-researcher], members: [ann-{tag}], checkers: [sam-{tag}]}}
  - {{id: care-{tag}, title: Care, ends_on: 2099-03-31, policy: sacro-10}}
"""


@pytest.fixture
def folder(tmp_path, tag):
    place = tmp_path / "house"
    place.mkdir()

    # The order of the names is not the order in which the parts need each other.
    def write(*, projects=PROJECTS, people=PEOPLE, organisations=ORGANISATIONS):
        (place / "1-projects.yaml").write_text(projects.format(tag=tag))
        (place / "2-people.yaml").write_text(people.format(tag=tag))
        (place / "3-organisations.yml").write_text(organisations.format(tag=tag))
        return str(place)

    return write


def test_a_folder_is_applied_whole_and_a_second_run_changes_nothing(haven, folder, tag, sessions):
    first = haven("apply", folder())
    second = haven("apply", folder())

    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines() == [
        f"+ organisation office-{tag} (An office), public",
        f"+ organisation lab-{tag} (A lab), academic",
        f"+ person ann-{tag} (Ann), of lab-{tag}",
        f"+ role analyst of ann-{tag} in lab-{tag}",
        f"+ training safe-researcher of ann-{tag}, 2026-01-01 to 2099-01-01",
        f"+ person sam-{tag} (Sam), of office-{tag}",
        f"+ role data_owner of sam-{tag} in office-{tag}",
        f"+ role steward of sam-{tag} in office-{tag}",
        f'+ project pay-{tag} "Pay" until 2099-03-31, pixel tier',
        f"+ member ann-{tag} of project pay-{tag}",
        f"+ course safe-researcher of project pay-{tag}",
        f"+ checker sam-{tag} of project pay-{tag}",
        f'+ project care-{tag} "Care" until 2099-03-31, pixel tier',
    ]
    assert (second.exit_code, second.stdout) == (0, "no changes\n")
    with sessions() as session:
        assert queries.roles_of(session, f"sam-{tag}") == {
            (f"office-{tag}", OrganisationRole.STEWARD),
            (f"office-{tag}", OrganisationRole.DATA_OWNER),
        }
        assert [one.course for one in training_queries.held(session, f"ann-{tag}")] == [
            "safe-researcher"
        ]


def test_every_change_is_one_line_of_the_ledger(haven, folder, ledger_of):
    output = haven("apply", folder()).stdout

    assert len(ledger_of()) == len(output.splitlines())


@pytest.mark.parametrize("arguments", [("--dry-run",), ("--check",)])
def test_what_would_change_is_shown_and_not_made(haven, folder, ledger_of, arguments):
    result = haven("apply", folder(), *arguments)

    assert result.exit_code == (1 if "--check" in arguments else 0)
    assert "13 changes would be made; nothing was changed" in result.stdout
    assert ledger_of() == []


def test_drift_names_what_somebody_changed_since(haven, folder, tag):
    haven("apply", folder())
    assert haven("drift", folder()).exit_code == 0
    other = folder(projects=PROJECTS.replace("members: [ann-{tag}]", "members: [sam-{tag}]"))
    haven("apply", other)

    result = haven("drift", folder())

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"- member sam-{tag} of project pay-{tag}",
        f"+ member ann-{tag} of project pay-{tag}",
        "2 differences",
    ]
    assert haven("apply", folder(), "--check").exit_code == 1


def test_one_wrong_file_keeps_all_of_them_out_and_every_problem_has_its_place(
    haven, folder, tag, ledger_of
):
    place = folder(
        projects=PROJECTS.replace("members: [ann-{tag}]", "members: [nobody]"),
        people=PEOPLE.replace("organisation: lab-{tag}", "organisation: nowhere"),
    )

    result = haven("apply", place)

    assert result.exit_code == 2
    assert "2-people.yaml: people[0].organisation: no organisation is registered as nowhere" in (
        result.stderr
    )
    assert "1-projects.yaml: projects[0].members[0]: nobody is registered as nobody" in (
        result.stderr
    )
    assert "2 problems; nothing was changed" in result.stderr
    assert ledger_of() == []


def test_two_files_that_say_different_things_of_one_person_are_refused(haven, folder, tag):
    place = folder(organisations=PEOPLE.replace("Ann", "Anne") + ORGANISATIONS)

    result = haven("apply", place)

    assert result.exit_code == 2
    assert f"3-organisations.yml: person ann-{tag}: is described in another way in" in (
        result.stderr
    )


def test_problems_of_shape_are_found_in_every_file_at_once(haven, folder):
    place = folder(
        people=PEOPLE.replace("expires_on: 2099-01-01", "expires_on: 2025-01-01"),
        organisations=ORGANISATIONS.replace("kind: public", "kind: secret"),
    )

    result = haven("apply", place)

    assert result.exit_code == 2
    assert "2-people.yaml: people[0].training[0]: expires_on is before completed_on" in (
        result.stderr
    )
    assert "3-organisations.yml: organisations[0].kind: must be 'public'" in result.stderr


def test_an_empty_folder_is_no_state(haven, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()

    assert haven("apply", str(empty)).exit_code == 2


def test_several_projects_are_not_for_the_older_command(haven, folder):
    result = haven("project", "apply", f"{folder()}/1-projects.yaml")

    assert result.exit_code == 2
    assert "haven apply" in result.stderr


POLICIES = """
policies:
  - {{name: strict-{tag}, extends: sacro-10, title: Twelve units, source: Our board,
     version: "1", threshold: {threshold}}}
"""


@pytest.fixture
def with_policy(folder, tag, tmp_path):
    def write(threshold="12", text=POLICIES, project="strict-{tag}"):
        place = folder(projects=PROJECTS.replace("policy: sacro-10", f"policy: {project}"))
        declared = text.format(tag=tag, threshold=threshold)
        (tmp_path / "house" / "4-policies.yaml").write_text(declared)
        return place

    return write


def test_a_policy_of_ones_own_is_declared_and_a_project_held_to_it(
    haven, with_policy, tag, ledger_of, sessions
):
    result = haven("apply", with_policy())

    assert result.exit_code == 0, result.output
    assert f"+ policy strict-{tag}" in result.stdout.splitlines()
    assert "registry.policy_added" in [entry.event for entry in ledger_of()]
    assert haven("drift", with_policy()).exit_code == 0
    with sessions() as session:
        assert policy_of(session, f"strict-{tag}").threshold == 12
        assert f"strict-{tag}" in known_policies(session)
        checks = EngineChecks(
            datasets_dir=Path(),
            max_file_bytes=1,
            site_policies=lambda: policy_queries.site_policies(session),
        )
        judged = checks.judged_by(datasets=[], policies=["sacro-10", f"strict-{tag}"])
    assert judged["thresholds"]["threshold"] == 12


def test_a_policy_does_not_change_under_its_name(haven, with_policy, ledger_of):
    haven("apply", with_policy())
    before = len(ledger_of())

    result = haven("apply", with_policy("13"))

    assert result.exit_code == 2
    assert "policies[0]: " in result.stderr
    assert "give it a new name" in result.stderr
    assert len(ledger_of()) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (POLICIES.replace("{threshold}", "9"), "may only tighten sacro-10, but loosens: threshold"),
        (POLICIES.replace("threshold:", "treshold:"), "treshold"),
        (POLICIES.replace("strict-{tag}", "ons-10-5"), "choose another name"),
        (POLICIES.replace("extends: sacro-10", "extends: strict-{tag}"), "extends must be one of"),
        (POLICIES.replace("name: strict-{tag}, ", ""), "policies[0].name: is required"),
    ],
    ids=["looser", "misspelt", "a shipped name", "extends no shipped one", "without a name"],
)
def test_a_policy_that_the_engine_would_refuse_is_not_registered(
    haven, with_policy, ledger_of, text, said
):
    result = haven("apply", with_policy(text=text, project="sacro-10"))

    assert result.exit_code == 2
    assert "4-policies.yaml: policies[0]" in result.stderr
    assert said in result.stderr
    assert ledger_of() == []
