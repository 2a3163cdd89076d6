"""Whether the sockets lie where the kernel follows no links."""

import os
from pathlib import Path

# ST_NOSYMFOLLOW; Python's os module does not name it.
NO_LINKS = 0x2000


class LinksAreFollowed(Exception):
    """A workspace could put a link in place of its socket, and it would be followed."""


def require_no_links(folder: Path) -> None:
    """Refuse to work on a mount that follows links.

    Raises:
        LinksAreFollowed: Says what to do.
    """
    if not os.statvfs(folder).f_flag & NO_LINKS:
        raise LinksAreFollowed(
            f"{folder} is not mounted with nosymfollow. Haven needs Linux 5.10 or newer; "
            "run `haven up` again after a restart of the machine."
        )
