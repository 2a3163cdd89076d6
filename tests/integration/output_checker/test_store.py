"""The release store against two real servers: one that locks and one that only says so."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from minio import Minio

from output_checker.adapters import prove_store
from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.lock_proof import prove_lock
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.domain.errors import DependencyUnavailable, IntegrityLost, StoreDoesNotLock
from output_checker.domain.integrity import sha256_hex
from tests.integration.output_checker import servers
from tests.integration.output_checker.conftest import boto_client, connect_store

CONTENT = b"region,n\nnorth,120\n"
SHA256 = sha256_hex(CONTENT)


def client_of(server, keys=servers.WORKER_KEYS) -> Minio:
    return s3_client(endpoint=server.endpoint, access_key=keys[0], secret_key=keys[1])


@pytest.fixture
def store(seaweed) -> S3ReleaseStore:
    found = connect_store(seaweed)
    found.prepare()
    return found


@pytest.fixture(scope="session")
def gateway(tmp_path_factory):
    server = servers.juicefs(tmp_path_factory.mktemp("juicefs"))
    server.start()
    yield server
    server.stop()


def put(store, key, content=CONTENT, until=None):
    until = until or (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    store.put(key, content, content_type="application/octet-stream", retain_until=until)
    return until


def versions(boto, key):
    return boto.list_object_versions(Bucket="releases", Prefix=key).get("Versions", [])


def test_an_independent_client_sees_object_hash_and_lock(store, boto):
    until = put(store, "labour/1/é table.csv")

    found = boto.get_object(Bucket="releases", Key="labour/1/é table.csv")
    assert found["Body"].read() == CONTENT
    assert found["Metadata"]["sha256"] == SHA256
    lock = boto.get_object_retention(Bucket="releases", Key="labour/1/é table.csv")["Retention"]
    assert lock == {"Mode": "COMPLIANCE", "RetainUntilDate": until}


def test_an_independent_client_cannot_delete_or_shorten(store, boto):
    until = put(store, "labour/2/t.csv")
    (version,) = versions(boto, "labour/2/t.csv")
    place = {"Bucket": "releases", "Key": "labour/2/t.csv", "VersionId": version["VersionId"]}

    for attempt in (
        lambda: boto.delete_object(**place),
        lambda: boto.delete_object(**place, BypassGovernanceRetention=True),
        lambda: boto.put_object_retention(
            **place,
            Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until - timedelta(minutes=30)},
        ),
        lambda: boto.delete_bucket(Bucket="releases"),
        lambda: boto.put_bucket_versioning(
            Bucket="releases", VersioningConfiguration={"Status": "Suspended"}
        ),
    ):
        with pytest.raises(ClientError):
            attempt()
    assert boto.get_object(**place)["Body"].read() == CONTENT


def test_the_same_bytes_again_add_no_version(store, boto):
    put(store, "labour/3/t.csv")
    put(store, "labour/3/t.csv")

    assert len(versions(boto, "labour/3/t.csv")) == 1


def test_other_bytes_under_a_key_are_refused_and_not_put(store, boto):
    put(store, "labour/4/t.csv")

    with pytest.raises(IntegrityLost):
        put(store, "labour/4/t.csv", b"other")
    assert len(versions(boto, "labour/4/t.csv")) == 1


def test_an_object_replaced_in_the_bucket_is_noticed(store, boto):
    put(store, "labour/5/t.csv")
    boto.put_object(Bucket="releases", Key="labour/5/t.csv", Body=b"other")

    with pytest.raises(IntegrityLost):
        store.get("labour/5/t.csv", sha256=SHA256)


def test_an_object_hidden_in_the_bucket_is_noticed_and_not_lost(store, boto):
    put(store, "labour/6/t.csv")
    boto.delete_object(Bucket="releases", Key="labour/6/t.csv")

    with pytest.raises(IntegrityLost):
        store.get("labour/6/t.csv", sha256=SHA256)
    assert len(versions(boto, "labour/6/t.csv")) == 1


def test_bytes_damaged_on_the_way_are_refused_by_the_server(store):
    checksum = {"x-amz-checksum-sha256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}

    with pytest.raises(Exception, match="did not match"):
        store._client.put_object(
            "releases", "labour/7/t.csv", io.BytesIO(CONTENT), len(CONTENT), metadata=checksum
        )


def test_the_portals_key_reads_and_cannot_write(store, seaweed):
    put(store, "labour/8/t.csv")
    reader = S3ReleaseStore(client_of(seaweed, servers.PORTAL_KEYS), "releases")

    assert reader.get("labour/8/t.csv", sha256=SHA256) == CONTENT
    with pytest.raises(DependencyUnavailable, match="AccessDenied"):
        put(reader, "labour/8/u.csv")
    boto = boto_client(seaweed, servers.PORTAL_KEYS)
    for attempt in (
        lambda: boto.delete_object(Bucket="releases", Key="labour/8/t.csv"),
        lambda: boto.create_bucket(Bucket="mine"),
    ):
        with pytest.raises(ClientError):
            attempt()
    boto.close()


def test_a_store_that_is_away_says_so_soon(tmp_path):
    (port,) = servers.free_ports(1)
    client = s3_client(endpoint=f"127.0.0.1:{port}", access_key="a", secret_key="b")

    with pytest.raises(DependencyUnavailable):
        S3ReleaseStore(client, "releases").get("k", sha256=SHA256)


def test_a_bucket_without_locks_is_not_released_into(seaweed):
    boto = boto_client(seaweed)
    boto.create_bucket(Bucket="unlocked")
    boto.close()
    store = connect_store(seaweed, "unlocked")

    with pytest.raises(DependencyUnavailable):
        put(store, "labour/9/t.csv")
    with pytest.raises(StoreDoesNotLock):
        prove_lock(client_of(seaweed), "unlocked", now=datetime.now(UTC))


def test_a_store_that_locks_is_proved_to(store, seaweed):
    proof = prove_lock(client_of(seaweed), "releases", now=datetime.now(UTC))

    assert proof.version_id
    assert set(proof.withstood) == {
        "deletion", "shortening", "weakening", "overwriting", "hiding",
    }  # fmt: skip


def test_a_store_that_only_says_so_is_found_out(gateway):
    client = client_of(gateway, servers.ROOT_KEYS)
    store = S3ReleaseStore(client, "releases")
    store.prepare()

    with pytest.raises(StoreDoesNotLock):
        prove_lock(client, "releases", now=datetime.now(UTC))
    with pytest.raises(DependencyUnavailable):
        put(store, "labour/1/t.csv")


class Forgetful:
    """A client of a store that agrees to everything; `forgets` is what it does not keep."""

    def __init__(self, client: Minio, forgets: str) -> None:
        self._client = client
        self._forgets = forgets

    def __getattr__(self, name: str):
        return getattr(self._client, name)

    def put_object(self, *args, **options):
        if self._forgets == "lock":
            options.pop("retention", None)
        return self._client.put_object(*args, **options)

    def remove_object(self, *args, **options):
        if self._forgets != "deletion":
            self._client.remove_object(*args, **options)

    def set_object_retention(self, *args, **options):
        if self._forgets != "shortening":
            self._client.set_object_retention(*args, **options)

    def get_object(self, *args, **options):
        if self._forgets == "bytes":
            options.pop("version_id")
            self._client.put_object(*args, io.BytesIO(b"x"), 1)
        return self._client.get_object(*args, **options)


@pytest.mark.parametrize("forgets", ["lock", "deletion", "shortening", "bytes"])
def test_a_store_is_found_out_whatever_it_does_not_keep(store, seaweed, forgets):
    client = Forgetful(client_of(seaweed), forgets)

    with pytest.raises(StoreDoesNotLock):
        prove_lock(client, "releases", now=datetime.now(UTC))


def test_a_release_into_a_store_that_forgets_the_lock_does_not_count(store, seaweed):
    forgetful = S3ReleaseStore(Forgetful(client_of(seaweed), "lock"), "releases")

    with pytest.raises(DependencyUnavailable):
        put(forgetful, "labour/10/t.csv")


def test_a_store_that_is_away_is_not_called_unlocking():
    (port,) = servers.free_ports(1)
    client = s3_client(endpoint=f"127.0.0.1:{port}", access_key="a", secret_key="b")

    with pytest.raises(DependencyUnavailable) as refusal:
        prove_lock(client, "releases", now=datetime.now(UTC))
    assert not isinstance(refusal.value, StoreDoesNotLock)


FOLDERS = (
    "OUTPUTS_DIR",
    "ANSWERS_DIR",
    "QUARANTINE_DIR",
    "DATASETS_DIR",
    "INGRESS_DIR",
    "INPUTS_DIR",
)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("seaweed", (0, "withstood deletion")), ("gateway", (1, "cannot lock"))],
)
def test_the_command_says_whether_the_store_locks(request, monkeypatch, tmp_path, kind, expected):
    server = request.getfixturevalue(kind)
    keys = servers.WORKER_KEYS if kind == "seaweed" else servers.ROOT_KEYS
    for name, value in {
        "DATABASE_URL": "postgresql://nobody@localhost/none",
        "STORE_ENDPOINT": server.endpoint,
        "STORE_ACCESS_KEY": keys[0],
        "STORE_SECRET_KEY": keys[1],
        "SECRETS_DIR": str(tmp_path),
        "INDEXES_DIR": str(tmp_path),
        "RERUNS_DIR": str(tmp_path),
        "INDEX_SECRET": "ab" * 32,
        **dict.fromkeys(FOLDERS, "/tmp"),
    }.items():
        monkeypatch.setenv(f"HAVEN_{name}", value)
    said = io.StringIO()

    code = prove_store.main(said)

    assert code == expected[0]
    assert expected[1] in said.getvalue()
    assert len(said.getvalue().splitlines()) == 1
