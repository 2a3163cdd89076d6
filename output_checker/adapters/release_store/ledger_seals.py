"""The ledger's heads as locked objects beside the releases."""

from collections.abc import Iterator
from datetime import datetime

from minio import Minio

from output_checker.adapters.release_store.connection import answering
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.ledger_seal import PREFIX, head_of, key_of


class S3LedgerSeals:
    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._store = S3ReleaseStore(client, bucket)

    def add(self, head: LedgerHead, *, retain_until: datetime) -> None:
        self._store.put(
            key_of(head),
            f"{head.seq} {head.entry_hash}\n".encode(),
            content_type="text/plain",
            retain_until=retain_until,
        )

    def has(self, head: LedgerHead) -> bool:
        return head in set(self._under(key_of(head)))

    def all(self) -> Iterator[LedgerHead]:
        yield from self._under(PREFIX)

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
