"""Released bytes in an S3 bucket whose objects nobody can change or delete for a time."""

import base64
import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention

from output_checker.adapters.release_store.connection import MISSING, REGION, answering
from output_checker.domain.errors import IntegrityLost, StoreDoesNotLock
from output_checker.domain.integrity import is_intact, sha256_hex


class S3ReleaseStore:
    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def prepare(self) -> None:
        """Make the bucket, locked from its first moment; leave one that is there alone.

        Raises:
            DependencyUnavailable: The store did not answer, or the key may not do this.
        """
        with answering("make the bucket"):
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket, location=REGION, object_lock=True)

    def is_answering(self) -> bool:
        with answering("look at the bucket"):
            return bool(self._client.bucket_exists(self._bucket))

    def put(self, key: str, content: bytes, *, content_type: str, retain_until: datetime) -> None:
        sha256 = sha256_hex(content)
        if self._stored(key) is None:
            self._add(key, content, sha256, content_type, retain_until)
        elif not is_intact(self._bytes(key), sha256):
            raise IntegrityLost(f"The store holds other bytes under the key of {sha256}")
        self.require_lock(key, retain_until)

    def get(self, key: str, *, sha256: str) -> bytes:
        if self._stored(key) is None:
            raise IntegrityLost(f"The store no longer shows the object {sha256}")
        content = self._bytes(key)
        if not is_intact(content, sha256):
            raise IntegrityLost(f"The store holds other bytes than {sha256}")
        return content

    def object_keys(self) -> Iterator[str]:
        with answering("list the objects"):
            found = self._client.list_objects(self._bucket, recursive=True, include_version=True)
            names = {one.object_name for one in found if one.object_name}
        yield from sorted(names)

    def _add(
        self, key: str, content: bytes, sha256: str, content_type: str, retain_until: datetime
    ) -> None:
        # The checksum header makes the server refuse bytes that were damaged on the way.
        checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
        with answering("put an object"):
            self._client.put_object(
                self._bucket,
                key,
                io.BytesIO(content),
                len(content),
                content_type=content_type,
                metadata={"sha256": sha256, "x-amz-checksum-sha256": checksum},
                retention=Retention(COMPLIANCE, retain_until),
            )

    def require_lock(self, key: str, retain_until: datetime) -> None:
        """Never believe a store that says yes: some keep the object and forget the lock."""
        with answering("read an object's lock"):
            held = self._client.get_object_retention(self._bucket, key)
        if held is None or held.mode != COMPLIANCE or held.retain_until_date < retain_until:
            raise StoreDoesNotLock("The release store took an object and did not lock it")

    def _stored(self, key: str) -> Any | None:
        with answering("look at an object"):
            try:
                return self._client.stat_object(self._bucket, key)
            except S3Error as error:
                if error.code in MISSING:
                    return None
                raise

    def _bytes(self, key: str) -> bytes:
        with answering("get an object"):
            response = self._client.get_object(self._bucket, key)
            try:
                return bytes(response.data)
            finally:
                response.close()
                response.release_conn()
