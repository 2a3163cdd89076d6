"""An independent look at the release store, with boto3 and not with Haven's own client.

It sees what was sealed, and tries to take it away with the strongest key there is.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.compose import container
from infra.instance import Instance
from infra.shell import run

BUCKET = "releases"
STORE_PORT = 8333


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedObject:
    """One object in the store.

    Attributes:
        sha256: Of the bytes as boto3 read them.
        mode: The lock's mode.
        delete_refused: Whether the store refused to delete this very version.
    """

    key: str
    sha256: str
    mode: str
    retain_until: datetime
    delete_refused: bool


def inspect_and_attack(instance: Instance, prefix: str) -> list[SealedObject]:
    client = _client(instance)
    versions = client.list_object_versions(Bucket=BUCKET, Prefix=prefix).get("Versions", [])
    return [_look(client, one["Key"], one["VersionId"]) for one in versions]


def _look(client: Any, key: str, version: str) -> SealedObject:
    where = {"Bucket": BUCKET, "Key": key, "VersionId": version}
    content = client.get_object(**where)["Body"].read()
    retention = client.get_object_retention(**where)["Retention"]
    return SealedObject(
        key=key,
        sha256=sha256(content).hexdigest(),
        mode=retention["Mode"],
        retain_until=retention["RetainUntilDate"],
        delete_refused=_delete_is_refused(client, where),
    )


def _delete_is_refused(client: Any, where: dict[str, str]) -> bool:
    try:
        client.delete_object(**where, BypassGovernanceRetention=True)
    except ClientError:
        # Refused, and still there: a store might say no and delete all the same.
        return bool(client.head_object(**where)["ContentLength"])
    return False


def _client(instance: Instance) -> Any:
    described = json.loads(run("docker", "inspect", container(instance, "store")))[0]
    networks = described["NetworkSettings"]["Networks"].values()
    address = next(network["IPAddress"] for network in networks if network["IPAddress"])
    secret = instance.secrets / "all"
    return boto3.client(
        "s3",
        endpoint_url=f"http://{address}:{STORE_PORT}",
        aws_access_key_id=(secret / "worker_access_key").read_text(),
        aws_secret_access_key=(secret / "worker_secret_key").read_text(),
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
    )
