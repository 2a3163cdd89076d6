"""The demo's story, step by step, on a whole installation: no part is a stand-in."""

from hashlib import sha256

import pytest

from infra.demo import accounts, pages
from infra.demo.story import CONTEXT, OUTPUTS
from infra.shell import run


@pytest.fixture(scope="session")
def four(told):
    """All four files handed in."""
    return told.hand_in("a", "b", "c", "d")


@pytest.fixture(scope="session")
def submitted(told):
    """The safe table and the plot, with context."""
    return told.hand_in("a", "d", context=CONTEXT)


@pytest.fixture(scope="session")
def reviewed(told, submitted):
    return told.review(submitted.request_id)


@pytest.fixture(scope="session")
def released(told, submitted, reviewed):
    told.wait_for_release(submitted.request_id)
    return submitted.request_id


@pytest.fixture(scope="session")
def collected(told, released):
    return told.collect(released)


@pytest.fixture(scope="session")
def verified(told, released):
    return told.verify_ledger()


def test_step_1_the_datasets_are_there_with_their_rows(told):
    import duckdb

    files = told.make_data()
    rows = {name: duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0]
            for name, path in files.items()}  # fmt: skip

    assert rows == {"labour-market": 50_000, "labsup": 31_857}


def test_step_1_ids_carry_the_prefix_that_is_never_issued(told):
    import duckdb

    path = told.make_data()["labour-market"]
    others = duckdb.sql(
        f"select count(*) from '{path}' where not regexp_matches(nino, '^QQ[0-9]{{6}}[A-D]$')"
    )

    assert others.fetchall() == [(0,)]


def test_step_2_applying_the_project_again_changes_nothing(told):
    assert set(told.provision().splitlines()) == {"no changes"}


def test_step_2_a_wrong_file_is_refused_by_path_and_changes_nothing(told, tmp_path):
    status, said = told.provision_wrongly(tmp_path)

    assert status == 2
    assert "project.end_on" in said
    assert set(told.provision().splitlines()) == {"no changes"}


def test_step_3_the_workspace_answers_through_the_hubs_pages(told):
    researcher = told.browsers[accounts.RESEARCHER]
    page = researcher.http.get(researcher.workspace_path(accounts.PROJECT, "lab"))

    assert page.status_code == 200
    assert "jupyter-config-data" in page.text


def test_step_4_the_notebook_wrote_its_four_files(told):
    assert set(OUTPUTS.values()) <= set(told.shell("ls /outputs").split())


def test_step_5_the_check_in_the_workspace_gives_the_workers_verdicts(told, four):
    here = {OUTPUTS[x]: told.check_locally(OUTPUTS[x])["verdict"] for x in "abcd"}

    assert here == four.verdicts


def test_step_5_the_unsafe_files_fail_and_the_safe_ones_do_not(four):
    assert four.verdicts == {
        OUTPUTS["a"]: "pass",
        OUTPUTS["b"]: "fail",
        OUTPUTS["c"]: "fail",
        OUTPUTS["d"]: "review",
    }


def test_step_5_nothing_is_submitted_while_a_file_fails(four):
    assert four.state == "draft"


def test_step_5_small_cells_are_named_by_their_labels(four):
    cells = [f["cell"] for f in four.findings[OUTPUTS["b"]] if f["rule"] == "threshold"]

    assert cells
    assert all(set(cell) == {"region", "sector", "benefit"} for cell in cells)


def test_step_5_findings_name_positions_and_never_values_of_the_source(told, four):
    said = str(four.findings[OUTPUTS["c"]])
    extract = told.shell(f"cat /outputs/{OUTPUTS['c']}").splitlines()
    earnings = [line.rsplit(",", 1)[1] for line in extract[1:]]

    assert "rows" in said
    assert earnings
    assert not [value for value in earnings if value in said]


def test_step_6_the_author_is_refused_though_a_checker(reviewed):
    assert reviewed.author_status == 403


def test_step_6_one_approval_is_not_enough(reviewed):
    assert reviewed.after_one == "review"


def test_step_6_two_approvals_release(reviewed):
    assert reviewed.after_two in {"approved", "releasing", "released"}


def test_step_7_the_recipient_gets_the_very_bytes_of_the_workspace(told, collected):
    for name in (OUTPUTS["a"], OUTPUTS["d"]):
        there = told.shell(f"sha256sum /outputs/{name}").split()[0]

        assert collected.files[name] == there


def test_step_7_a_link_works_for_its_recipient_only(collected):
    assert collected.stranger_status == 404


def test_step_7_an_independent_client_sees_lock_and_hash_and_fails_to_delete(
    told, released, collected
):
    sealed = {one.key.rsplit("/", 1)[-1]: one for one in told.look_independently(released)}

    assert all(one.mode == "COMPLIANCE" and one.delete_refused for one in sealed.values())
    assert {name: sealed[name].sha256 for name in collected.files} == collected.files


def test_step_7_a_release_record_is_sealed_beside_the_files(told, released):
    keys = [one.key for one in told.look_independently(released)]

    assert [key for key in keys if key.endswith("ro-crate-metadata.json")]


def test_step_8_the_ledger_is_whole(verified):
    assert verified.intact.startswith("The ledger is whole")


def test_step_8_an_altered_row_is_named(verified):
    assert verified.altered_status != 0
    assert f"line {verified.altered_seq}" in verified.altered


def test_views_votes_and_downloads_are_in_the_ledger(told, collected):
    from infra import admin

    shown = admin.output_of(told.instance, "ledger", "show", "--lines", "500")

    for event in ("registry.signed_in", "request.viewed", "review.recorded", "file.collected"):
        assert event in shown, f"{event} is not in the ledger"


def test_the_ledger_can_be_taken_along_and_checked_elsewhere(told, collected, tmp_path):
    from infra import admin

    export = tmp_path / "ledger.jsonl"
    export.write_text(admin.output_of(told.instance, "ledger", "export"))

    checked = admin.output_of(told.instance, "ledger", "verify", "--file", str(export))

    assert "as it was written" in checked


def test_no_value_of_the_data_is_in_any_log(told, four, collected):
    names = run("docker", "ps", "--filter", f"name={told.instance.name}", "--format", "{{.Names}}")
    logs = "".join(run("docker", "logs", name, stderr_too=True) for name in names.split())
    extract = told.shell(f"cat /outputs/{OUTPUTS['c']}").splitlines()[1:]
    values = [line.rsplit(",", 1)[1] for line in extract]

    assert "worker started" in logs
    assert not [value for value in values if value in logs]
    assert told.password not in logs


def test_the_state_that_a_person_sees_is_released(told, released):
    assert pages.state(told.browsers[accounts.RESEARCHER], released) == "released"


def test_the_release_record_names_the_bytes(told, released, collected):
    record = [o for o in told.look_independently(released) if o.key.endswith(".json")]

    assert len(record) == 1
    assert len(record[0].sha256) == len(sha256().hexdigest())
