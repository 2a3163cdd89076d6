"""Say whether the release store holds its locks: `python -m output_checker.adapters.prove_store`.

Run by `haven doctor` where the store's write key is. Exit status: 0 it does, 1 it does not, or did
not answer.
"""

import sys

from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.lock_proof import prove_lock
from output_checker.adapters.settings import Settings
from output_checker.adapters.system import SystemClock
from output_checker.domain.errors import OutputCheckerError


def main() -> int:
    settings = Settings.load()
    client = s3_client(
        endpoint=settings.store_endpoint,
        access_key=settings.store_access_key.get_secret_value(),
        secret_key=settings.store_secret_key.get_secret_value(),
        secure=settings.store_secure,
    )
    try:
        proof = prove_lock(client, settings.release_bucket, now=SystemClock().now())
    except OutputCheckerError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"a locked object withstood {', '.join(proof.withstood)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
