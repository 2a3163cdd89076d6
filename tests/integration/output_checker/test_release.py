"""Releases on the real parts: exactly once, exactly the reviewed bytes, with crashes in between."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from infra.probes.signed import public_key
from output_checker.adapters.signing import verify
from output_checker.adapters.system import RandomIds, SystemClock
from output_checker.application.collect import open_link, renew_link, revoke_link
from output_checker.application.publish import publish
from output_checker.application.queries import my_links, request_page
from output_checker.application.reconcile import reconcile
from output_checker.application.release import release
from output_checker.domain.errors import DependencyUnavailable, LinkClosed, NotFound
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.workflow import State
from tests.integration.output_checker.conftest import RELEASE_KEY

CONTENT = b"region,n\nnorth,120\n"
CLOCK = SystemClock()
BOTH = """
    UPDATE output_file SET sha256 = '{sha256}';
    UPDATE release_request SET snapshot_sha256 = repeat('0', 64)
"""


def objects(house, boto) -> list[str]:
    listed = boto.list_object_versions(Bucket="releases", Prefix=f"{house.project}/")
    return sorted(version["Key"] for version in listed.get("Versions", []))


def state(house) -> str:
    return house.scalar("SELECT state FROM release_request")


def test_a_release_ends_as_locked_objects_beside_their_record(house, boto):
    request_id = house.approved("a.csv", "b.csv")

    assert release(house.releasing, request_id=request_id) is State.RELEASED

    sha256 = house.scalar("SELECT record_sha256 FROM release")
    record_key = f"{house.project}/{request_id}/{sha256}/ro-crate-metadata.json"
    keys = [f"{house.project}/{request_id}/{sha256_hex(CONTENT)}/{n}.csv" for n in "ab"]
    assert objects(house, boto) == sorted([*keys, record_key, f"{record_key}.sig"])
    for key in (*keys, record_key):
        lock = boto.get_object_retention(Bucket="releases", Key=key)["Retention"]
        assert lock["Mode"] == "COMPLIANCE"
    record = boto.get_object(Bucket="releases", Key=record_key)["Body"].read()
    assert sha256_hex(record) == sha256
    graph = {item["@id"]: item for item in json.loads(record)["@graph"]}
    agreed = graph["#authorisation"]["agent"]
    assert [agent["@id"] for agent in agreed] == ["#person-ben", "#person-cat"]


def copies(house):
    return sorted(path for path in (house.folder / "quarantine").rglob("*") if path.is_file())


@pytest.mark.parametrize("which", [0, 1])
def test_one_byte_changed_in_quarantine_after_the_review_releases_nothing(house, boto, which):
    request_id = house.approved("a.csv", "b.csv")
    copy = copies(house)[which]
    copy.chmod(0o600)
    copy.write_bytes(CONTENT.replace(b"120", b"121"))

    assert release(house.releasing, request_id=request_id) is State.REFUSED

    assert (state(house), objects(house, boto)) == ("refused", [])
    assert house.events()[-1] == "request.refuse_release"
    page = request_page(house.uow(), request_id, house.person("ada"))
    assert "not what was checked and reviewed" in page.summary.message
    assert house.scalar("SELECT count(*) FROM link") == 0


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE output_file SET sha256 = '{sha256}'",
        "UPDATE output_file SET name = 'other.csv'",
        BOTH,
        "UPDATE review SET snapshot_sha256 = repeat('0', 64)",
        "DELETE FROM review WHERE checker = 'cat'",
        "UPDATE review SET checker = 'ada' WHERE checker = 'cat'",
        "UPDATE release_request SET turn = 2; UPDATE output_file SET turn = 2",
    ],
    ids=[
        "file's hash", "name", "file's and snapshot's hash", "what was reviewed",
        "a vote gone", "the author's vote", "turn",
    ],
)  # fmt: skip
def test_rows_changed_behind_the_reviewers_back_release_nothing(house, boto, database, sql):
    request_id = house.approved()
    other = b"region,n\nnorth,3\n"
    (copy,) = copies(house)
    copy.rename(copy.with_name(f"1-0-{sha256_hex(other)}"))
    copy.with_name(f"1-0-{sha256_hex(other)}").chmod(0o600)
    copy.with_name(f"1-0-{sha256_hex(other)}").write_bytes(other)
    copy.write_bytes(CONTENT)
    database.as_superuser(
        "SET session_replication_role = replica; " + sql.format(sha256=sha256_hex(other))
    )

    assert release(house.releasing, request_id=request_id) is State.REFUSED

    assert objects(house, boto) == []


def die_before_commit(house, number: int):
    """The machine stops before the `number`-th commit from now."""
    count = 0

    def stop(_session):
        nonlocal count
        count += 1
        if count == number:
            raise KeyboardInterrupt

    event.listen(house.sessions, "before_commit", stop)
    return stop


@pytest.mark.parametrize("number", [1, 2])
def test_a_crash_between_put_and_commit_ends_in_one_release(house, boto, number):
    request_id = house.approved("a.csv", "b.csv")
    stop = die_before_commit(house, number)
    with pytest.raises(KeyboardInterrupt):
        release(house.releasing, request_id=request_id)
    event.remove(house.sessions, "before_commit", stop)
    assert state(house) == ("approved" if number == 1 else "releasing")
    assert len(objects(house, boto)) == (0 if number == 1 else 4)
    assert house.scalar("SELECT count(*) FROM link") == 0

    assert release(house.releasing, request_id=request_id) is State.RELEASED

    assert len(objects(house, boto)) == 4
    assert house.events().count("request.release") == 1
    assert house.scalar("SELECT count(*) FROM release") == 1
    assert house.scalar("SELECT count(*) FROM link") == 2


def test_a_crash_between_two_puts_ends_in_one_release(house, boto, monkeypatch):
    request_id = house.approved("a.csv", "b.csv")
    put, puts = house.store.put, []

    def dies(key, content, **options):
        if puts:
            raise KeyboardInterrupt
        puts.append(key)
        put(key, content, **options)

    monkeypatch.setattr(house.store, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        release(house.releasing, request_id=request_id)
    monkeypatch.undo()
    assert len(objects(house, boto)) == 1

    assert release(house.releasing, request_id=request_id) is State.RELEASED
    assert len(objects(house, boto)) == 4


def test_workers_at_once_release_once(house, boto):
    request_id = house.approved("a.csv", "b.csv")
    outcomes = []

    def run():
        outcomes.append(release(house.releasing, request_id=request_id))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [State.RELEASED] * 4
    assert len(objects(house, boto)) == 4
    assert house.events().count("request.release") == 1


def test_a_store_that_is_away_leaves_it_for_later(house, boto, monkeypatch):
    request_id = house.approved()
    monkeypatch.setattr(house.store._client, "put_object", _away)
    with pytest.raises(DependencyUnavailable):
        release(house.releasing, request_id=request_id)
    monkeypatch.undo()
    assert state(house) == "releasing"

    assert release(house.releasing, request_id=request_id) is State.RELEASED


def _away(*_args, **_options):
    raise OSError("away")


def collected(house, token: str, username: str = "ada"):
    return open_link(house.uow(), house.store, CLOCK, token=token, actor=house.person(username))


def the_token(house, request_id: str) -> str:
    publish(house.publishing, request_id=request_id)
    (link,) = house.published(request_id)["links"]
    return link["address"].rpartition("/")[2]


def test_the_recipient_collects_the_reviewed_bytes(house):
    request_id = house.approved()
    release(house.releasing, request_id=request_id)
    token = the_token(house, request_id)

    assert collected(house, token) == ("a.csv", CONTENT)

    assert house.events()[-1] == "file.collected"
    assert house.scalar("SELECT count(*) FROM link WHERE token_sha256 = :t", t=token) == 0
    assert house.scalar("SELECT downloads FROM link") == 1


def test_a_link_is_counted_under_load(house):
    request_id = house.approved()
    release(house.releasing, request_id=request_id)
    token = the_token(house, request_id)
    got = []

    def run():
        try:
            got.append(collected(house, token))
        except LinkClosed:
            got.append(None)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(one is not None for one in got) == 2
    assert house.scalar("SELECT downloads FROM link") == 2


def test_others_and_revoked_links_get_nothing(house):
    request_id = house.approved()
    release(house.releasing, request_id=request_id)
    token = the_token(house, request_id)

    with pytest.raises(NotFound):
        collected(house, token, "ben")
    ((link, _),) = [(view.link, view) for view in my_links(house.uow(), house.person("ada"))]
    revoke_link(house.uow(), CLOCK, link_id=link.link_id, actor=house.person("ben"))
    with pytest.raises(LinkClosed):
        collected(house, token)
    publish(house.publishing, request_id=request_id)
    assert house.published(request_id)["links"][0]["address"] is None
    assert house.events()[-3:] == ["link.refused", "link.revoked", "link.refused"]


def test_an_expired_link_gets_nothing(house, database):
    request_id = house.approved()
    release(house.releasing, request_id=request_id)
    token = the_token(house, request_id)
    database.as_superuser("UPDATE link SET expires_at = now()")

    with pytest.raises(LinkClosed, match="expired"):
        collected(house, token)


def test_a_renewed_secret_replaces_the_one_in_the_workspace(house):
    request_id = house.approved()
    release(house.releasing, request_id=request_id)
    token = the_token(house, request_id)
    link_id = house.scalar("SELECT link_id FROM link")

    fresh = renew_link(house.uow(), CLOCK, RandomIds(), link_id=link_id, actor=house.person("ada"))
    publish(house.publishing, request_id=request_id)

    with pytest.raises(NotFound):
        collected(house, token)
    assert collected(house, fresh)[1] == CONTENT
    assert house.published(request_id)["links"][0]["address"] is None


def test_the_lock_lasts_as_long_as_the_settings_say(house, boto):
    request_id = house.approved()
    before = CLOCK.now()
    release(house.releasing, request_id=request_id)

    key = objects(house, boto)[0]
    until = boto.get_object_retention(Bucket="releases", Key=key)["Retention"]["RetainUntilDate"]
    assert timedelta(hours=23, minutes=59) < until - before < timedelta(hours=24, minutes=1)


def mismatches(house) -> list[tuple[str, str]]:
    """Those of this test's project; the bucket has objects of other tests."""
    found = reconcile(house.uow, house.store, CLOCK).mismatches
    return [(one.wrong.value, one.request_id) for one in found if house.project in one.key]


def test_the_signature_beside_a_record_is_that_of_the_installation(house, boto):
    request_id = house.approved("a.csv")
    release(house.releasing, request_id=request_id)

    (key,) = [one for one in objects(house, boto) if one.endswith(".sig")]
    record, signature = (
        boto.get_object(Bucket="releases", Key=one)["Body"].read()
        for one in (key.removesuffix(".sig"), key)
    )

    assert verify(record, signature, public_key(RELEASE_KEY))


def test_the_store_is_held_against_what_was_released(house, boto):
    request_id = house.approved("a.csv")
    release(house.releasing, request_id=request_id)
    assert mismatches(house) == []

    boto.put_object(Bucket="releases", Key=f"{house.project}/stray", Body=b"x")
    key = next(one for one in objects(house, boto) if one.endswith("a.csv"))
    boto.delete_object(Bucket="releases", Key=key)

    assert sorted(mismatches(house)) == [
        ("missing or changed", request_id), ("nobody released it", ""),
    ]  # fmt: skip
    assert house.events().count("store.mismatch") >= 2


def test_supporting_files_and_code_never_reach_the_store(house, boto):
    secret, code = b"age,n\n16,3\n", b"print(1)\n"
    house.write("counts.csv", secret)
    house.write("analysis.py", code)
    files = [
        {"path": "a.csv"},
        {"path": "counts.csv", "role": "supporting"},
        {"path": "analysis.py", "role": "code"},
    ]

    request_id = house.approved("a.csv", files=files)
    assert release(house.releasing, request_id=request_id) is State.RELEASED

    listed = boto.list_objects_v2(Bucket="releases", Prefix=f"{house.project}/")["Contents"]
    contents = {
        one["Key"].rpartition("/")[2]: boto.get_object(Bucket="releases", Key=one["Key"])[
            "Body"
        ].read()
        for one in listed
    }
    assert sorted(contents) == [
        "a.csv",
        "ro-crate-metadata.json",
        "ro-crate-metadata.json.sig",
    ]
    assert all(secret not in content and code not in content for content in contents.values())
    assert house.scalar("SELECT count(*) FROM link") == 1
