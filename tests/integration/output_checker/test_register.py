"""Tables that were released are held against later ones, with the real engine and database."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from output_checker.adapters.checks import EngineChecks
from output_checker.application.receive import receive
from output_checker.application.release import release
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.workflow import State
from registry.adapters.views.compiled import keys_of
from registry.adapters.views.make import make_view
from registry.domain.dataset import DatasetVersion, Field, VersionId
from registry.domain.view_spec import Comparison, Condition, ViewColumn, ViewSpec, stored_view
from tests.integration.output_checker.conftest import submission

SOURCE = "\n".join(
    ["nr,region,sex"]
    + [f"n{at},north,{'m' if at < 20 else 'f'}" for at in range(35)]
    + [f"s{at},south,{'m' if at < 22 else 'f'}" for at in range(25)]
).encode()
ALL = (b"region,n\nnorth,35\nsouth,25\n", {"rows": ["region"], "aggregate": "count"})
MEN = (
    b"region,n\nnorth,20\nsouth,22\n",
    {"rows": ["region"], "aggregate": "count", "where": {"sex": "m"}},
)


@pytest.fixture
def house(house, database):
    checks = EngineChecks(datasets_dir=house.folder / "datasets", max_file_bytes=1024**2)
    house = replace(house, checks=checks)
    register(house, database, "1.0.0", SOURCE)
    return house


def register(house, database, version, content):
    """Put a version of the dataset there, and grant it instead of any other."""
    path = f"people/{version}/people.csv"
    file = house.folder / "datasets" / path
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    known = {"version": version, "path": path, "sha256": sha256_hex(content)}
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO dataset_version (dataset_id, version, title, summary, publisher, unit,"
                " path, sha256, entity, identifiers, policy, fields, added_at) VALUES ('people',"
                " :version, 'People', 'People', 'An office', 'person', :path,"
                " :sha256, 'nr', '{nr}', 'sacro-10', '[]', now())"
            ),
            known,
        )
        connection.execute(
            text(
                "INSERT INTO project_grant (project_id, dataset_id, version)"
                " VALUES (:project, 'people', :version)"
                " ON CONFLICT (project_id, dataset_id) DO UPDATE SET version = :version"
            ),
            {"project": house.project, "version": version},
        )
    engine.dispose()


def submit(house, name, table):
    content, spec = table
    house.write(name, content)
    file = {"path": name, "spec": spec, "dataset": "people"}
    asked = house.ask(submission(files=[file]))
    receive(house.receiving, project=house.project, username="ada", manifest_name=asked)
    return house.answered(asked)


def approved(house, name, table):
    request_id = submit(house, name, table)["request_id"]
    house.vote("ben", request_id)
    house.vote("cat", request_id)
    return request_id


def test_a_table_that_gives_people_away_beside_a_released_one_fails(house):
    first = approved(house, "all.csv", ALL)
    assert release(house.releasing, request_id=first) is State.RELEASED

    answer = submit(house, "men.csv", MEN)

    [finding] = answer["report"]["files"][0]["findings"]
    assert (answer["state"], finding["rule"], finding["verdict"]) == (
        "draft", "differencing", "fail",
    )  # fmt: skip
    assert finding["reason"] == (
        f"'south' of 'all.csv of release {first[:8]}' minus 'south' here is about 3 units"
    )


def test_a_table_made_again_after_three_people_left_tells_of_them(house, database):
    first = approved(house, "all.csv", ALL)
    assert release(house.releasing, request_id=first) is State.RELEASED
    staying = [line for line in SOURCE.splitlines() if line[:3] not in {b"n0,", b"n1,", b"n2,"}]
    register(house, database, "1.1.0", b"\n".join(staying))

    answer = submit(house, "again.csv", (b"region,n\nnorth,32\nsouth,25\n", ALL[1]))

    reasons = [one["reason"] for one in answer["report"]["files"][0]["findings"]]
    assert reasons == [
        f"'north' of 'all.csv of release {first[:8]}' minus 'north' here is about 3 units"
    ]


def test_two_that_were_reviewed_at_the_same_time_do_not_both_leave(house):
    first, second = approved(house, "all.csv", ALL), approved(house, "men.csv", MEN)

    assert release(house.releasing, request_id=first) is State.RELEASED
    assert release(house.releasing, request_id=second) is State.REFUSED

    message = house.scalar("SELECT message FROM release_request WHERE request_id = :id", id=second)
    assert "about 3 units" in message
    assert house.scalar("SELECT count(*) FROM release WHERE request_id = :id", id=second) == 0


def test_who_decides_on_a_release_keeps_others_waiting(house):
    with house.uow() as one, house.uow() as other:
        one.releases.hold()
        other._session.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(Exception, match="lock timeout"):
            other.releases.hold()


OF_MEN = ViewSpec(
    columns=(ViewColumn(name="region", source="region"),),
    where=(Condition(source="sex", comparison=Comparison.IN, values=("m",)),),
)


def grant_view(house, database, view):
    """Make a view of the registered version, and grant it instead of the whole."""
    datasets = house.folder / "datasets"
    path = "people/1.0.0/people.csv"
    dataset = DatasetVersion(
        version_id=VersionId(dataset_id="people", version="1.0.0"), title="", summary="",
        publisher="", unit="person", path=path, sha256=sha256_hex(SOURCE), entity="nr",
        identifiers=("nr",), policy="sacro-10",
        fields=tuple(Field(name=name, type="string") for name in ("nr", "region", "sex")),
    )  # fmt: skip
    made = make_view(
        view, dataset, datasets_dir=datasets, views_dir=datasets / ".views",
        keys=keys_of(b"k" * 32, "people", view),
    )  # fmt: skip
    known = {
        "digest": view.digest, "project": house.project, "spec": json.dumps(stored_view(view)),
        "sha256": made.sha256, "beside": made.beside_sha256,
    }  # fmt: skip
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO dataset_view (dataset_id, version, digest, spec, asked_at, made_at,"
                " sha256, beside_sha256, is_clean) VALUES ('people', '1.0.0', :digest, :spec,"
                " now(), now(), :sha256, :beside, true)"
            ),
            known,
        )
        connection.execute(
            text("UPDATE project_grant SET view_digest = :digest WHERE project_id = :project"),
            known,
        )
    engine.dispose()
    return datasets / ".views" / made.beside


COUNTED = (b"region,n\nnorth,20\nsouth,22\n", {"rows": ["region"], "aggregate": "count"})


def test_a_table_of_a_view_is_held_against_what_left_of_the_whole_version(house, database):
    first = approved(house, "all.csv", ALL)
    assert release(house.releasing, request_id=first) is State.RELEASED
    grant_view(house, database, OF_MEN)

    answer = submit(house, "men.csv", COUNTED)

    [finding] = answer["report"]["files"][0]["findings"]
    assert (finding["rule"], finding["verdict"]) == ("differencing", "fail")
    assert "is about 3 units" in finding["reason"]
    request_id = answer["request_id"]
    judged = "SELECT judged_by->'datasets'->0 FROM release_request WHERE request_id = "
    said = house.scalar(f"{judged}'{request_id}'")
    assert said["view"] == OF_MEN.digest
    assert said["source_sha256"] == sha256_hex(SOURCE)


def test_nothing_is_judged_by_a_view_whose_people_were_exchanged(house, database):
    beside = grant_view(house, database, OF_MEN)
    beside.chmod(0o600)
    beside.write_bytes(beside.read_bytes() + b"x")

    answer = submit(house, "men.csv", COUNTED)

    assert (answer["state"], answer["verdict"]) == ("draft", "fail")
    [finding] = answer["report"]["files"][0]["findings"]
    assert "is not the file that was registered" in finding["reason"]
