"""The ledger's heads in a real store, against a database whose superuser has turned."""

from datetime import timedelta

import pytest

from infra.probes.signed import new_key, public_key
from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.ledger_seals import S3LedgerSeals
from output_checker.adapters.signing import KeySigner, NotGenuine
from output_checker.application.seal_ledger import seal_ledger
from output_checker.application.verify_ledger import verify_ledger
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.ledger import EMPTY, LedgerHead, seal
from output_checker.domain.ledger_seal import checkpoint_of, key_of, signed_words
from portal.cli.checkpoints import last_sealed, signed_head
from tests.integration.output_checker import servers
from tests.integration.output_checker.conftest import boto_client, connect_store
from tests.integration.output_checker.test_ledger import CLOCK, write

KEY = new_key()
SIGNER = KeySigner(KEY)


@pytest.fixture
def own_store(tmp_path):
    """A store of its own: heads that another test sealed would contradict this one's."""
    folder = tmp_path / "own-store"
    folder.mkdir()
    server = servers.seaweed(folder)
    server.start()
    connect_store(server).prepare()
    yield server
    server.stop()


def seals_as(server, keys):
    client = s3_client(endpoint=server.endpoint, access_key=keys[0], secret_key=keys[1])
    return S3LedgerSeals(client, "releases")


@pytest.fixture
def sealed(own_store):
    return seals_as(own_store, servers.WORKER_KEYS)


def seal_now(house, seals):
    return seal_ledger(house.uow(), seals, SIGNER, CLOCK, retention=timedelta(days=1))


def broken_at(house, seals):
    return verify_ledger(house.uow(), list(seals.all())).broken_at


def test_an_end_cut_off_after_the_last_release_is_named(house, sealed, database):
    write(house, *"abcdef")
    seal_now(house, sealed)
    assert broken_at(house, sealed) is None

    database.as_superuser(
        "SET session_replication_role = replica; DELETE FROM ledger WHERE seq > 4"
    )

    assert verify_ledger(house.uow()).broken_at is None
    assert broken_at(house, sealed) == 5


def test_a_ledger_that_is_gone_is_named(house, sealed, database):
    write(house, *"abc")
    seal_now(house, sealed)

    database.as_superuser("SET session_replication_role = replica; DELETE FROM ledger")

    assert broken_at(house, sealed) == 1


def test_a_wholly_rewritten_ledger_is_named_though_it_was_sealed_again(house, sealed, database):
    write(house, *"abc")
    seal_now(house, sealed)
    with house.uow() as uow:
        entries = list(uow.ledger.all())
    database.as_superuser("SET session_replication_role = replica; DELETE FROM ledger")
    with house.uow() as uow:
        for entry in entries:
            uow.ledger.append(
                at=entry.at, actor="eve", event=entry.event, subject=entry.subject,
                project=entry.project, details=entry.details,
            )  # fmt: skip
        uow.commit()
    seal_now(house, sealed)

    assert verify_ledger(house.uow()).broken_at is None
    assert broken_at(house, sealed) == 3


def test_a_head_that_was_hidden_from_the_list_still_counts(house, sealed, own_store):
    write(house, "a")
    head = seal_now(house, sealed)
    boto = boto_client(own_store)
    boto.delete_object(Bucket="releases", Key=key_of(head))
    boto.close()

    assert list(seals_as(own_store, servers.PORTAL_KEYS).all()) == [head]


def test_the_head_is_sealed_once_and_again_when_there_is_more(house, sealed):
    assert seal_now(house, sealed) is None
    write(house, "a")
    first, again = seal_now(house, sealed), seal_now(house, sealed)
    write(house, "b")
    second = seal_now(house, sealed)

    assert (first.seq, again, second.seq) == (1, None, 2)
    assert list(sealed.all()) == [first, second]


def test_the_readers_key_seals_nothing(house, own_store):
    write(house, "a")
    reader = seals_as(own_store, servers.PORTAL_KEYS)

    with pytest.raises(DependencyUnavailable):
        seal_now(house, reader)

    assert list(reader.all()) == []


def test_a_store_that_is_away_is_not_taken_for_one_without_seals(house, own_store):
    write(house, "a")
    seals = seals_as(own_store, servers.WORKER_KEYS)
    own_store.stop()

    with pytest.raises(DependencyUnavailable):
        list(seals.all())


def test_a_sealed_head_says_what_its_line_says():
    entry = seal(EMPTY, at=CLOCK.now(), actor="a", event="e", subject="s", project=None, details={})

    head = LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)

    assert key_of(head) == f"ledger-heads/000000000001-{entry.entry_hash}"


def test_what_is_sealed_is_signed_by_the_installation(house, sealed):
    write(house, *"abc")
    head = seal_now(house, sealed)

    found, _ = signed_head(last_sealed(sealed), public_key(KEY))

    assert found == head
    with pytest.raises(NotGenuine, match="Another key"):
        signed_head(last_sealed(sealed), public_key(new_key()))


def test_a_head_that_the_stores_key_alone_sealed_is_not_genuine(house, sealed):
    write(house, *"abc")
    seal_now(house, sealed)
    made_up = LedgerHead(seq=9, entry_hash="f" * 64)
    of_another = SIGNER.sign(signed_words(LedgerHead(seq=3, entry_hash="f" * 64)))
    retain_until = (CLOCK.now() + timedelta(days=1)).replace(microsecond=0)
    sealed.add(made_up, checkpoint_of(made_up, of_another), retain_until=retain_until)

    with pytest.raises(NotGenuine, match="changed after it was signed"):
        signed_head(last_sealed(sealed), public_key(KEY))


def test_what_was_put_over_a_checkpoint_is_not_what_is_read(house, sealed, own_store):
    write(house, "a")
    head = seal_now(house, sealed)
    boto = boto_client(own_store)
    boto.put_object(Bucket="releases", Key=key_of(head), Body=b"{}")
    boto.close()

    assert signed_head(last_sealed(sealed), public_key(KEY))[0] == head


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"head": 1}', b"\xff", b'{"head": {"ledger": {}}}']
)
def test_bytes_that_are_no_checkpoint_are_not_genuine(content):
    with pytest.raises(NotGenuine):
        signed_head(content, None)
