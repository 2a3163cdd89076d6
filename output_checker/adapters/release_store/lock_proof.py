"""Find out whether a store really locks objects: try to break a lock, and expect to fail.

Some S3 servers accept a retention date and forget it. Their answers look like success, so
the only proof is an object that survives its own deletion.
"""

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.error import S3Error
from minio.retention import Retention

from output_checker.adapters.release_store.connection import answering
from output_checker.domain.errors import DependencyUnavailable, StoreDoesNotLock

PREFIX: Final = "haven-lock-proof/"
_ORIGINAL: Final = b"haven: this object is locked\n"
_OTHER: Final = b"haven: this object was overwritten\n"
_LOCKED_FOR: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockProof:
    """The object that was used, and in words what it withstood."""

    key: str
    version_id: str
    withstood: tuple[str, ...]


def prove_lock(client: Minio, bucket: str, *, now: datetime) -> LockProof:
    """Lock a small object for two minutes and try to get rid of it.

    The object stays behind under `haven-lock-proof/`; its lock runs out by itself.

    Raises:
        StoreDoesNotLock: The store let something happen to a locked object, or keeps no lock.
        DependencyUnavailable: The store did not answer.
    """
    key = f"{PREFIX}{uuid.uuid4().hex}"
    until = (now + _LOCKED_FOR).replace(microsecond=0)
    version_id = _locked(client, bucket, key, until)

    def change(mode: str, when: datetime) -> None:
        client.set_object_retention(bucket, key, Retention(mode, when), version_id=version_id)

    _must_be_refused(
        "deleting the version",
        lambda: client.remove_object(bucket, key, version_id=version_id),
    )
    _must_be_refused("shortening the lock", lambda: change(COMPLIANCE, now + _LOCKED_FOR / 2))
    _must_be_refused("weakening the lock", lambda: change(GOVERNANCE, until))
    with answering("overwrite and hide the proof"):
        client.put_object(bucket, key, io.BytesIO(_OTHER), len(_OTHER))
        client.remove_object(bucket, key)
    _require_original(client, bucket, key, version_id)
    withstood = ("deletion", "shortening", "weakening", "overwriting", "hiding")
    return LockProof(key=key, version_id=version_id, withstood=withstood)


def _locked(client: Minio, bucket: str, key: str, until: datetime) -> str:
    try:
        with answering("lock an object"):
            written = client.put_object(
                bucket,
                key,
                io.BytesIO(_ORIGINAL),
                len(_ORIGINAL),
                retention=Retention(COMPLIANCE, until),
            )
            held = client.get_object_retention(bucket, key, version_id=written.version_id)
    except DependencyUnavailable as error:
        _raise_if_answered(error, "it does not take an object with a lock")
        raise
    if written.version_id is None:
        raise StoreDoesNotLock("The release store keeps no versions, so it cannot lock any")
    if held is None or held.mode != COMPLIANCE or held.retain_until_date < until:
        raise StoreDoesNotLock("The release store took a lock and forgot it")
    return str(written.version_id)


def _must_be_refused(doing: str, attempt: Callable[[], None]) -> None:
    try:
        with answering(doing):
            attempt()
    except DependencyUnavailable as error:
        if isinstance(error.__cause__, S3Error):
            return
        raise
    raise StoreDoesNotLock(f"The release store allowed {doing} of a locked object")


def _require_original(client: Minio, bucket: str, key: str, version_id: str) -> None:
    with answering("read the proof again"):
        response = client.get_object(bucket, key, version_id=version_id)
        try:
            content = response.data
        finally:
            response.close()
            response.release_conn()
    if content != _ORIGINAL:
        raise StoreDoesNotLock("The release store changed the bytes of a locked version")


def _raise_if_answered(error: Exception, what: str) -> None:
    # The store answered, and the answer was no: that is about locking, not about the network.
    if isinstance(error.__cause__, S3Error):
        code = error.__cause__.code
        raise StoreDoesNotLock(f"The release store cannot lock: {what} ({code})") from error
