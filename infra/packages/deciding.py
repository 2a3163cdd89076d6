"""What an administrator does with the list, on the host: each step is in the ledger first."""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra import admin
from infra.errors import NotListed
from infra.instance import Instance
from infra.packages.fetching import fetch_into
from infra.packages.listing import Allowed, Listing, Wheel
from infra.packages.names import NotAName, package_name, versions
from infra.packages.store import NotImportable, Store, read_wheel, wheels_in

LONGEST_WORDS: Final = 300


def store_of(instance: Instance) -> Store:
    return Store(instance.home / "packages")


def listing_of(instance: Instance) -> Listing:
    return store_of(instance).listing()


def allow(instance: Instance, name: str, range_: str, note: str) -> str:
    """Let a package be installed; returns its name as it is kept.

    Raises:
        NotListed: The name or the range is none, or there is no note.
    """
    package, wanted = _checked(name, range_)
    words = _words(note)
    admin.output_of(instance, "package-list", "allow", package, wanted or "(all)", words)
    store = store_of(instance)
    with store.changing():
        store.write(store.listing().with_allowed(package, Allowed(versions=wanted, note=words)))
    return package


def refuse(instance: Instance, name: str, why: str) -> str:
    """Let a package not be installed, and say why to who asks; returns its name.

    Raises:
        NotListed: The name is none, or there is no reason.
    """
    package, _ = _checked(name, "")
    words = _words(why)
    admin.output_of(instance, "package-list", "refuse", package, words)
    store = store_of(instance)
    with store.changing():
        store.write(store.listing().with_refused(package, words))
    return package


def bring_in(instance: Instance, places: Sequence[Path]) -> list[Wheel]:
    """Copy wheels into the store; being there allows nothing.

    Raises:
        NotListed: A file is no wheel, or another is here under its name; nothing was copied.
    """
    try:
        files = wheels_in(places)
        hashes = sorted(f"{one.sha256} {one.file_name}" for one in map(read_wheel, files))
        digest = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
        admin.output_of(instance, "package-list", "imported", str(len(files)), digest)
        return store_of(instance).take(files)
    except NotImportable as problem:
        raise NotListed(f"{problem}; nothing was taken") from None


def fetch(instance: Instance, requirements: Sequence[str]) -> list[Wheel]:
    """Download wheels with this machine's own settings of pip, and copy them into the store.

    Raises:
        NotListed: A requirement is none, or all that it needs is in the image already.
        CommandFailed: pip found no wheels that fit.
    """
    with tempfile.TemporaryDirectory(prefix="haven-packages-") as folder:
        found = fetch_into(Path(folder), requirements)
        if not found:
            raise NotListed("the image of workspaces has all of this already")
        return bring_in(instance, found)


def _checked(name: str, range_: str) -> tuple[str, str]:
    try:
        return package_name(name), versions(range_)
    except NotAName as problem:
        raise NotListed(f"{name} {range_}".strip() + f": {problem}") from None


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not 1 <= len(words) <= LONGEST_WORDS or words.startswith("-"):
        raise NotListed(f"say why, in 1 to {LONGEST_WORDS} characters that begin with no hyphen")
    return words
