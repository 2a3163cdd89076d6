"""Counting wrong passwords when many come at once."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from registry.adapters.database.attempts import SqlAttempts


def test_of_many_attempts_at_once_only_ten_get_as_far_as_the_password(sessions, tag):
    now = datetime.now(UTC)
    counts = []

    def attempt():
        with sessions() as session:
            counts.append(
                SqlAttempts(session, b"key").reserve(
                    tag, at=now, since=now - timedelta(minutes=5), limit=10
                )
            )
            session.commit()

    threads = [threading.Thread(target=attempt) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(count for count in counts if count) == list(range(1, 11))
    assert counts.count(None) == 15


def test_the_typed_name_is_not_kept_in_the_clear(sessions, tag):
    now = datetime.now(UTC)
    with sessions() as session:
        SqlAttempts(session, b"key").reserve(
            f"name-{tag}", at=now, since=now - timedelta(minutes=5), limit=10
        )
        session.flush()
        kept = session.execute(text("SELECT username_hash FROM sign_in_failure")).scalars().all()

    assert kept
    assert not [name for name in kept if tag in name]
