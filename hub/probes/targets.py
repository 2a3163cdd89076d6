"""What the probes aim at, found on the host and handed to the workspace as JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Addresses to try and names to look for.

    Attributes:
        gateways: The host's address on each Docker network.
        host_addresses: The host's other addresses.
        containers: Addresses and names of other containers.
        services: (address or name, port) of Haven's services.
        secret_hashes: SHA-256 of each of the installation's secrets, in hex. The secrets are random
            and 256 bits long, so their hashes tell nothing.
        own_datasets: The folders that /data should hold, no others.
        own_paths: Ends of the host paths that may be mounted.
    """

    gateways: tuple[str, ...] = ()
    host_addresses: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    services: tuple[tuple[str, int], ...] = ()
    secret_hashes: tuple[str, ...] = ()
    own_datasets: tuple[str, ...] = ()
    own_paths: tuple[str, ...] = ()
