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
        host_marks: Files of the host that no container may see; `mark` is in their names.
        mark: A random word in the name of each planted file that no workspace may find.
        memory_bytes: The memory that this workspace may have; 0 when it is not known.
        cpus: The cores that it may have; 0 when it is not known.
        own_disks: Folders that must be on a disk of their own.
        processes: How many processes a workspace can never start.
        kernel: Release of the machine's kernel; another one inside is the sandbox's own.
    """

    gateways: tuple[str, ...] = ()
    host_addresses: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    services: tuple[tuple[str, int], ...] = ()
    secret_hashes: tuple[str, ...] = ()
    own_datasets: tuple[str, ...] = ()
    own_paths: tuple[str, ...] = ()
    host_marks: tuple[str, ...] = ()
    mark: str = ""
    memory_bytes: int = 0
    cpus: float = 0
    own_disks: tuple[str, ...] = ()
    processes: int = 640
    kernel: str = ""
