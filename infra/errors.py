"""What can go wrong on the host, in one tree.

HavenError
├── NotHandedIn      2   a file that a command names cannot be given to it (infra/handed_in.py)
├── NotListed        2   a package, a file or a range of versions that cannot be (infra/packages)
├── NotReady         3   something is missing on this machine, or a service did not come up
└── CommandFailed    4   a program that Haven ran ended with an error
"""

from collections.abc import Sequence
from typing import ClassVar


class HavenError(Exception):
    exit_code: ClassVar[int] = 1


class NotListed(HavenError):
    exit_code = 2


class NotReady(HavenError):
    exit_code = 3


class CommandFailed(HavenError):
    """A program ended with an error; carries the last lines it printed."""

    exit_code = 4

    def __init__(self, command: Sequence[str], status: int, output: str) -> None:
        tail = "\n".join(output.strip().splitlines()[-15:])
        super().__init__(f"`{' '.join(command[:4])} ...` ended with status {status}:\n{tail}")
        self.status = status
        self.output = output
