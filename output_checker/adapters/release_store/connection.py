"""A client of an S3 server, and its failures in this package's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from output_checker.domain.errors import DependencyUnavailable

MISSING: Final = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchObject"})
REGION: Final = "us-east-1"


def s3_client(*, endpoint: str, access_key: str, secret_key: str, secure: bool = False) -> Minio:
    """A client that says soon when the server is away; whoever calls decides on trying again."""
    timeout = urllib3.Timeout(connect=3, read=30)
    return Minio(
        endpoint,
        access_key=access_key,
        secret_key=secret_key,
        secure=secure,
        # Named, because finding it out needs a right that a reader does not have.
        region=REGION,
        http_client=urllib3.PoolManager(timeout=timeout, retries=False, maxsize=8),
    )


@contextmanager
def answering(doing: str) -> Iterator[None]:
    """Turn what a store does when it is away, or refuses, into one error.

    Raises:
        DependencyUnavailable: Names the operation and the store's error code only.
    """
    try:
        yield
    except S3Error as error:
        raise DependencyUnavailable(f"The release store: {doing}: {error.code}") from error
    except (HTTPError, MinioException, OSError) as error:
        raise DependencyUnavailable(f"The release store did not answer: {doing}") from error
