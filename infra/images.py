"""Haven's images: built here, without a registry, named by the hash of all that goes into them.

A root file system comes from the distribution's mirror with mmdebstrap (or from a registry, when
HAVEN_BASE_IMAGE names an image); each image is then built on it with no network.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from infra.errors import NotReady
from infra.instance import REPOSITORY
from infra.shell import run, succeeds
from infra.wheels import cache_folder, requirements, wheelhouse

SUITE = "bookworm"
PYTHON_ROOT = ("python3", "python3-venv", "python3-pip", "ca-certificates")
# What the `pixel` tier shows a workspace with: a screen that only a socket leads to, a browser on
# it, and a window manager that keeps that browser as large as the screen.
SCREEN = (
    "tigervnc-standalone-server",
    "chromium",
    "matchbox-window-manager",
    "xclip",
    "fonts-liberation2",
    "fonts-dejavu-core",
)
# Of those, what is never used: 3D drawing without a graphics card, other languages, icons.
SCREEN_WITHOUT = (
    "usr/lib/*/dri",
    "usr/lib/*/libLLVM*",
    "usr/lib/*/libz3.so*",
    "usr/lib/chromium/libVkLayer_khronos_validation.so",
    "usr/share/locale/*",
    "usr/share/icons/Adwaita/*x*",
    "usr/share/icons/Adwaita/symbolic*",
    "usr/share/icons/Adwaita/scalable*",
)
SERVICE_CODE = ("hub", "infra", "output_checker", "portal", "registry")
# The engine, the researcher's commands and notebook package, the first process and the probes:
# no service's code.
WORKSPACE_CODE = (
    "hub/__init__.py",
    "hub/probes",
    "hub/workspace",
    "output_checker/__init__.py",
    "output_checker/disclosure",
    "portal/__init__.py",
    "portal/cli",
    "python/haven",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """How one image is made.

    Attributes:
        name: Also the folder under images/ that holds its Dockerfile.
        base: The image it is built on; None for a root file system.
        debian: For a root: the Debian packages in it.
        without: For a root: which of their files are taken out again, as shell patterns.
        wheels: The requirements file whose packages are installed, if any.
        code: Which of Haven's own folders and files are copied in.
        other: A second image, for its Dockerfile to copy from.
    """

    name: str
    base: str | None = None
    debian: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    wheels: str | None = None
    code: tuple[str, ...] = ()
    # Told apart by its content, in `_digest`.
    other: str | None = field(default=None, repr=False)


IMAGES = (
    Image(name="base", debian=PYTHON_ROOT),
    Image(name="database-root", debian=("postgresql-15", "ca-certificates")),
    Image(name="database", base="database-root"),
    Image(name="store", base="base", wheels="store"),
    Image(name="service-env", base="base", wheels="service"),
    Image(name="workspace-root", debian=(*PYTHON_ROOT, *SCREEN), without=SCREEN_WITHOUT),
    Image(name="workspace-env", base="workspace-root", wheels="workspace"),
    Image(name="lab", base="service-env", other="workspace-env", code=("images/workspace/config",)),
    Image(name="service", base="lab", code=SERVICE_CODE),
    Image(name="workspace", base="workspace-env", code=WORKSPACE_CODE),
)
BY_NAME = {image.name: image for image in IMAGES}


def tag(name: str) -> str:
    """The image's full name; it changes whenever anything that goes into it changes."""
    return f"haven/{name}:{_digest(BY_NAME[name])}"


def image_id(name: str) -> str:
    """The built image's content id, `sha256:...`, which no tag can be moved away from."""
    return run("docker", "image", "inspect", "--format", "{{.Id}}", tag(name)).strip()


def missing() -> list[Image]:
    return [image for image in IMAGES if not exists(image.name)]


def build(image: Image) -> None:
    if image.base is None:
        _build_root(image)
    else:
        _build_on(image, tag(image.base))


def remove_unused() -> list[str]:
    """Remove Haven's images that no container uses; returns their names."""
    # An image goes only when nothing is built on it any more, so the last made go first.
    removed = [name for name in _listed() if _removed(name)]
    run("docker", "image", "prune", "--force", "--filter", "label=haven.stage=build")
    return removed


def _removed(name: str) -> bool:
    return succeeds(["docker", "image", "rm", name])


def _listed() -> list[str]:
    return run("docker", "image", "ls", "--filter", "reference=haven/*",
                 "--format", "{{.Repository}}:{{.Tag}}").split()  # fmt: skip


def exists(name: str) -> bool:
    return succeeds(["docker", "image", "inspect", tag(name)])


def _folder(image: Image) -> Path:
    return REPOSITORY / "images" / image.name


def _sources(image: Image) -> Iterable[Path]:
    if _folder(image).is_dir():
        yield from _files(_folder(image))
    if image.wheels:
        yield requirements(image.wheels)
    for part in image.code:
        yield from _files(REPOSITORY / part)


def _files(place: Path) -> list[Path]:
    found = (path for path in (place, *place.rglob("*")) if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _digest(image: Image) -> str:
    digest = hashlib.sha256(repr((image, SUITE, os.environ.get("HAVEN_BASE_IMAGE"))).encode())
    for below in (image.base, image.other):
        if below:
            digest.update(_digest(BY_NAME[below]).encode())
    for path in _sources(image):
        digest.update(f"{path.relative_to(REPOSITORY)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _build_root(image: Image) -> None:
    registry_image = os.environ.get("HAVEN_BASE_IMAGE")
    if registry_image and image.name == "base":
        run("docker", "pull", registry_image)
        run("docker", "tag", registry_image, tag(image.name))
        return
    if not shutil.which("mmdebstrap"):
        raise NotReady("mmdebstrap is missing: apt-get install mmdebstrap")
    with tempfile.TemporaryDirectory(dir=_scratch()) as scratch:
        archive = Path(scratch) / "root.tar"
        run("mmdebstrap", *_bootstrap_options(image), SUITE, str(archive), *_apt_sources())
        # Whoever builds on it says what is healthy; saying nothing would be an oversight (CIS 4.6).
        none = ("--change", "HEALTHCHECK NONE")
        run("docker", "import", *none, str(archive), tag(image.name))


def _bootstrap_options(image: Image) -> list[str]:
    # What mmdebstrap copies from the host to fetch packages is taken out again at the end: no
    # mirror, proxy, resolver or certificate setting of this machine stays in an image.
    forget = (
        'rm -rf "$1"/etc/apt/sources.list* "$1"/etc/apt/apt.conf.d/99mmdebstrap '
        '"$1"/etc/resolv.conf "$1"/etc/hostname "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* '
        '"$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/var/log/*.log'
    )
    no_cluster = (
        'mkdir -p "$1"/etc/postgresql-common && echo "create_main_cluster = false" '
        '> "$1"/etc/postgresql-common/createcluster.conf'
    )
    without = "".join(f' "$1"/{pattern}' for pattern in image.without)
    return [
        "--quiet",
        "--variant=minbase",
        f"--include={','.join(image.debian)}",
        f"--essential-hook={no_cluster}",
        f"--customize-hook={forget}{without}",
    ]


def _apt_sources() -> list[str]:
    """Where packages come from: the setting, else the host's own sources on the same release."""
    if configured := os.environ.get("HAVEN_DEBIAN_MIRROR"):
        return [configured]
    release = Path("/etc/os-release").read_text()
    if f"VERSION_CODENAME={SUITE}" not in release:
        return []  # mmdebstrap knows the distribution's public mirror
    folder = Path("/etc/apt/sources.list.d")
    candidates = [Path("/etc/apt/sources.list"), folder / "debian.sources"]
    return [str(path) for path in candidates if path.is_file() and path.stat().st_size]


def _build_on(image: Image, base: str) -> None:
    with tempfile.TemporaryDirectory(dir=_scratch()) as scratch:
        context = Path(scratch)
        shutil.copytree(_folder(image), context, dirs_exist_ok=True)
        if image.wheels:
            _link_tree(wheelhouse(image.wheels), context / "wheels")
            shutil.copy(requirements(image.wheels), context / "requirements.txt")
        for part in image.code:
            for path in _files(REPOSITORY / part):
                copy = context / "code" / path.relative_to(REPOSITORY)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
        run("docker", "build", "--quiet", "--network", "none", "--force-rm",
            "--build-arg", f"BASE={base}", *_other(image), "--tag", tag(image.name), str(context),
            stderr_too=True)  # fmt: skip


def _other(image: Image) -> list[str]:
    return ["--build-arg", f"OTHER={tag(image.other)}"] if image.other else []


def _link_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))


def _scratch() -> Path:
    # Beside the wheelhouse, so that hard links work and a small /tmp is no obstacle.
    folder = cache_folder() / "build"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
