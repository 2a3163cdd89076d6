"""Prove that the release store locks: `python -m output_checker.adapters.prove_store`.

Needs the worker's settings. Prints one line of words; ends with 0 when the lock held, with 1
when the store let go of a locked object or did not answer.
"""

import sys
from typing import TextIO

from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.lock_proof import prove_lock
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.adapters.settings import Settings
from output_checker.adapters.system import SystemClock
from output_checker.domain.errors import DependencyUnavailable


def main(out: TextIO = sys.stdout) -> int:
    settings = Settings.load()
    client = s3_client(
        endpoint=settings.store_endpoint,
        access_key=settings.store_access_key.get_secret_value(),
        secret_key=settings.store_secret_key.get_secret_value(),
        secure=settings.store_secure,
    )
    try:
        S3ReleaseStore(client, settings.release_bucket).prepare()
        proof = prove_lock(client, settings.release_bucket, now=SystemClock().now())
    except DependencyUnavailable as failure:
        out.write(f"{failure}\n")
        return 1
    out.write(f"a locked object withstood {', '.join(proof.withstood)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
