"""The store: a folder of wheels and the list of what may be installed.

The host writes it, as root; the mirror reads it. The list is replaced as a whole, so that nobody
reads half of one.
"""

import fcntl
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.parser import HeaderParser
from pathlib import Path
from typing import Final

from infra.packages.listing import Listing, Wheel, from_json, to_json
from infra.packages.names import NotAName, package_name, version, wheel_name

_LIST: Final = "list.json"
_WHEELS: Final = "wheels"
_READABLE: Final = 0o640
LARGEST_METADATA: Final = 1024 * 1024


class NotImportable(Exception):
    """A file that does not become one of the store; the message names the file and says why."""


class Store:
    """The store in a folder; what is not there yet is empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[tuple[int, int, int], Listing] | None = None

    def listing(self) -> Listing:
        """The list as it is now; read again only where it was replaced.

        Raises:
            ValueError: The file is not a list of packages.
        """
        try:
            seen = (self._folder / _LIST).stat()
        except FileNotFoundError:
            return Listing()
        mark = (seen.st_ino, seen.st_mtime_ns, seen.st_size)
        if self._read is None or self._read[0] != mark:
            self._read = (mark, from_json((self._folder / _LIST).read_text()))
        return self._read[1]

    def path_of(self, wheel: Wheel) -> Path:
        return self._folder / _WHEELS / wheel.file_name

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Nobody else changes the list meanwhile."""
        with (self._folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def write(self, listing: Listing) -> None:
        written = self._folder / f".{_LIST}"
        written.write_text(to_json(listing))
        written.chmod(_READABLE)
        written.replace(self._folder / _LIST)

    def take(self, files: Sequence[Path]) -> list[Wheel]:
        """Copy wheels into the store; all of them, or none where one cannot be.

        Raises:
            NotImportable: A file is no wheel, or another is here under its name.
        """
        with self.changing():
            listing = self.listing()
            found = [(path, read_wheel(path)) for path in files]
            for _, wheel in found:
                known = listing.wheels.get(wheel.file_name)
                if known is not None and known.sha256 != wheel.sha256:
                    raise NotImportable(f"{wheel.file_name}: another file of that name is here")
            for path, wheel in found:
                self._copy(path, wheel)
            self.write(listing.with_wheels(*(wheel for _, wheel in found)))
        return [wheel for _, wheel in found]

    def _copy(self, path: Path, wheel: Wheel) -> None:
        place = self.path_of(wheel)
        place.parent.mkdir(exist_ok=True)
        copied = place.with_name(f".{place.name}")
        shutil.copyfile(path, copied)
        if sha256_of(copied) != wheel.sha256:
            copied.unlink()
            raise NotImportable(f"{wheel.file_name}: it changed while it was copied")
        copied.chmod(_READABLE)
        copied.replace(place)


def wheels_in(places: Sequence[Path]) -> list[Path]:
    """The files that were named, and all files of the folders that were.

    Raises:
        NotImportable: Nothing is there.
    """
    found: list[Path] = []
    for place in places:
        inside = sorted(one for one in place.iterdir() if one.is_file()) if place.is_dir() else []
        if not inside and not place.is_file():
            raise NotImportable(f"{place}: there is no file")
        found += inside or [place]
    return found


def read_wheel(path: Path) -> Wheel:
    """What a wheel says of itself, with its name, its version and its content held together.

    Raises:
        NotImportable: It is no wheel, or not the one that its name says.
    """
    try:
        named = wheel_name(path.name)
        said = HeaderParser().parsestr(_metadata(path))
        is_same = (
            package_name(said.get("Name", "")) == named.package
            and version(said.get("Version", "")) == named.version
        )
    except NotAName as problem:
        raise NotImportable(f"{path.name}: {problem}") from None
    # A RuntimeError: it is encrypted, or packed in a way that is not known here.
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, UnicodeDecodeError, RuntimeError):
        raise NotImportable(f"{path.name}: it cannot be read as a wheel") from None
    if not is_same:
        raise NotImportable(f"{path.name}: inside it is another package or version")
    return Wheel(
        file_name=path.name,
        package=named.package,
        version=named.version,
        sha256=sha256_of(path),
        size_bytes=path.stat().st_size,
        requires_python=" ".join(said.get("Requires-Python", "").split()),
    )


def _metadata(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            folder, _, file = name.partition("/")
            if folder.endswith(".dist-info") and file == "METADATA":
                with archive.open(name) as inside:
                    return inside.read(LARGEST_METADATA).decode()
    raise KeyError("METADATA")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
