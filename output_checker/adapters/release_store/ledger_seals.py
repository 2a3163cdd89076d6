"""The ledger's heads as locked objects beside the releases."""

from collections.abc import Iterator
from datetime import UTC, datetime

from minio import Minio
from minio.datatypes import Object

from output_checker.adapters.release_store.connection import answering
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.ledger_seal import PREFIX, head_of, key_of


class S3LedgerSeals:
    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._store = S3ReleaseStore(client, bucket)

    def add(self, head: LedgerHead, checkpoint: bytes, *, retain_until: datetime) -> None:
        self._store.put(
            key_of(head),
            checkpoint,
            content_type="application/json",
            retain_until=retain_until,
        )

    def has(self, head: LedgerHead) -> bool:
        return head in set(self._under(key_of(head)))

    def all(self) -> Iterator[LedgerHead]:
        yield from self._under(PREFIX)

    def checkpoint(self, head: LedgerHead) -> bytes:
        """What was sealed of a head first, whatever was put over it.

        Raises:
            DependencyUnavailable: The store did not answer, or has none.
        """
        key = key_of(head)
        with answering("read a checkpoint of the ledger"):
            versions = [
                one
                for one in self._client.list_objects(
                    self._bucket, prefix=key, recursive=True, include_version=True
                )
                if one.object_name == key and not one.is_delete_marker
            ]
            if not versions:
                raise DependencyUnavailable("The store does not have the checkpoint")
            # The newest comes first, and a store's clock may tick once a second.
            first = min(reversed(versions), key=_age)
            answer = self._client.get_object(self._bucket, key, version_id=first.version_id)
            try:
                return bytes(answer.read())
            finally:
                answer.close()
                answer.release_conn()

    def _under(self, prefix: str) -> list[LedgerHead]:
        # With versions: a delete marker hides an object that is locked, and takes nothing away.
        with answering("list the ledger's heads"):
            found = self._client.list_objects(
                self._bucket, prefix=prefix, recursive=True, include_version=True
            )
            keys = {
                str(one.object_name)
                for one in found
                if one.object_name and not one.is_delete_marker
            }
        return [head for head in map(head_of, sorted(keys)) if head is not None]


def _age(version: Object) -> datetime:
    return version.last_modified or datetime.max.replace(tzinfo=UTC)
