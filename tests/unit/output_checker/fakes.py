"""Stand-ins that keep their promises in memory: what is not committed did not happen."""

# ruff: noqa: ARG002 - a fake takes all that its port is given

import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from output_checker.application.ports import Project, ReleasedTable
from output_checker.application.workspace_ports import Snapshot
from output_checker.disclosure.model import FileReport, Finding, Preview, Report, Verdict
from output_checker.domain.actor import Actor
from output_checker.domain.errors import (
    AlreadyVoted,
    ConcurrentUpdate,
    DependencyUnavailable,
    IntegrityLost,
    InvalidManifest,
    NotFound,
)
from output_checker.domain.integrity import is_intact, sha256_hex
from output_checker.domain.ledger import EMPTY, LedgerHead, seal
from output_checker.domain.release_request import State
from tests.unit.output_checker.builders import NOON


class FixedClock:
    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def advance(self, delta: timedelta) -> None:
        self.time += delta


class CountingIds:
    def __init__(self) -> None:
        self.count = 0

    def new(self) -> str:
        self.count += 1
        return f"{self.count:032x}"

    def token(self) -> str:
        self.count += 1
        return f"token-{self.count}"


@dataclass
class World:
    """What is committed; `people` and `projects` stand for the registry."""

    requests: dict = field(default_factory=dict)
    files: list = field(default_factory=list)
    images: dict = field(default_factory=dict)
    published: dict = field(default_factory=dict)
    reviews: list = field(default_factory=list)
    ledger: list = field(default_factory=list)
    releases: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    receipts: dict = field(default_factory=dict)
    jobs: list = field(default_factory=list)
    people: dict = field(default_factory=dict)
    projects: dict = field(default_factory=dict)

    def events(self) -> list[str]:
        return [entry.event for entry in self.ledger]


class FakeUnitOfWork:
    def __init__(self, world: World) -> None:
        self._world = world

    def __enter__(self):
        self._now = copy.deepcopy(self._world)
        self.requests = _Requests(self._now)
        self.files = _Files(self._now)
        self.reviews = _Reviews(self._now)
        self.ledger = _Ledger(self._now)
        self.releases = _Releases(self._now)
        self.links = _Links(self._now)
        self.receipts = _Receipts(self._now)
        self.registry = _Registry(self._now)
        self.jobs = _Jobs(self._now)
        return self

    def __exit__(self, *_error: object) -> None:
        self._now = None

    def commit(self) -> None:
        vars(self._world).update(vars(copy.deepcopy(self._now)))


class _Part:
    def __init__(self, world: World) -> None:
        self.world = world


class _Requests(_Part):
    def add(self, request):
        self.world.requests[request.request_id] = request

    def get(self, request_id, *, visible_to):
        request = self.world.requests.get(request_id)
        if request is None or not request.is_visible_to(visible_to):
            raise NotFound("There is no such request")
        return request

    lock = get

    def save(self, request):
        if self.world.requests[request.request_id].version != request.version:
            raise ConcurrentUpdate("moved")
        saved = replace(request, version=request.version + 1)
        self.world.requests[request.request_id] = saved
        return saved

    def of_author(self, username):
        return [one for one in self.world.requests.values() if one.author == username]

    def waiting_for_review(self, projects):
        return [
            one
            for one in self.world.requests.values()
            if one.state is State.SUBMITTED and one.project_id in set(projects)
        ]

    def waiting_for_release(self):
        waiting = {State.APPROVED, State.RELEASING}
        return [one.request_id for one in self.world.requests.values() if one.state in waiting]


class _Files(_Part):
    def add(self, files):
        self.world.files.extend(files)

    def of(self, request_id, *, turn):
        found = [f for f in self.world.files if (f.request_id, f.turn) == (request_id, turn)]
        return sorted(found, key=lambda file: file.position)

    def keep_image(self, file_id, part, content):
        assert (file_id, part) not in self.world.images, "the key of the table"
        self.world.images[file_id, part] = content

    def image(self, file_id, part):
        return self.world.images.get((file_id, part))

    def keep_published(self, file_id, tables):
        self.world.published[file_id] = list(tables)

    def published(self, request_id, *, turn):
        files = self.of(request_id, turn=turn)
        return [table for file in files for table in self.world.published.get(file.file_id, [])]


class _Reviews(_Part):
    def add(self, review):
        key = (review.request_id, review.turn, review.checker)
        if any((one.request_id, one.turn, one.checker) == key for one in self.world.reviews):
            raise AlreadyVoted("voted")
        self.world.reviews.append(review)

    def of(self, request_id):
        return [one for one in self.world.reviews if one.request_id == request_id]


class _Ledger(_Part):
    def append(self, **line):
        entry = seal(self.head(), **line)
        self.world.ledger.append(entry)
        return self.head()

    def head(self):
        if not self.world.ledger:
            return EMPTY
        last = self.world.ledger[-1]
        return LedgerHead(seq=last.seq, entry_hash=last.entry_hash)

    def all(self):
        return self.world.ledger

    def page(self, *, before, size, project):
        found = [e for e in reversed(self.world.ledger) if before is None or e.seq < before]
        return [e for e in found if project is None or e.project == project][:size]


class _Releases(_Part):
    def hold(self):
        pass

    def tables(self, datasets, *, but, since=None):
        files = _Files(self.world)
        return [
            ReleasedTable(request_id=one.request_id, project_id=request.project_id, content=table)
            for one in self.world.releases.values()
            for request in [self.world.requests[one.request_id]]
            for table in files.published(one.request_id, turn=request.turn)
            if one.request_id != but and table["source"] in set(datasets)
            and (since is None or one.started_at >= since)
        ]  # fmt: skip

    def add(self, release):
        assert release.request_id not in self.world.releases
        self.world.releases[release.request_id] = release

    def get(self, request_id):
        return self.world.releases.get(request_id)

    def finish(self, request_id, *, at):
        self.world.releases[request_id] = replace(self.world.releases[request_id], released_at=at)

    def anchors(self):
        heads = [release.ledger_head for release in self.world.releases.values()]
        return {head.seq: head.entry_hash for head in heads}


class _Links(_Part):
    def add(self, link):
        self.world.links[link.link_id] = link

    save = add

    def lock(self, link_id):
        return self.world.links.get(link_id)

    def lock_by_token(self, token_sha256):
        found = [one for one in self.world.links.values() if one.token_sha256 == token_sha256]
        return found[0] if found else None

    def of_request(self, request_id):
        return [one for one in self.world.links.values() if one.request_id == request_id]

    def of_recipient(self, username):
        names = {file.file_id: file.name for file in self.world.files}
        links = self.world.links.values()
        return [(one, names[one.file_id]) for one in links if one.recipient == username]


class _Receipts(_Part):
    def get(self, **key):
        return self.world.receipts.get(tuple(sorted(key.items())))

    def save(self, receipt, *, at):
        key = {name: getattr(receipt, name) for name in ("project", "username", "name", "sha256")}
        self.world.receipts[tuple(sorted(key.items()))] = receipt


class _Registry(_Part):
    def project(self, project_id: str) -> Project | None:
        return self.world.projects.get(project_id)

    def actor(self, username: str) -> Actor | None:
        return self.world.people.get(username)


class _Jobs(_Part):
    def enqueue(self, task, **arguments):
        self.world.jobs.append((task, arguments))


class FakeStore:
    """A store that seals; `fail_on` makes the n-th put fail as a crash would."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.puts: list[str] = []
        self.fail_on: int | None = None

    def put(self, key, content, *, content_type, retain_until):
        self.puts.append(key)
        if self.fail_on is not None and len(self.puts) == self.fail_on:
            raise DependencyUnavailable("away")
        if self.objects.get(key, content) != content:
            raise IntegrityLost("other bytes")
        self.objects[key] = content

    def get(self, key, *, sha256):
        if not is_intact(self.objects.get(key, b""), sha256):
            raise IntegrityLost("other bytes")
        return self.objects[key]


@dataclass
class FakeOutputs:
    """A workspace in a dictionary; quarantine is another."""

    workspace: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)
    quarantine: dict[tuple[str, int, int], bytes] = field(default_factory=dict)

    def manifest(self, *, project, username, name):
        if name not in self.manifests:
            raise InvalidManifest("The manifest is not there")
        return self.manifests[name]

    def snapshot(self, *, project, username, request_id, turn, paths):
        taken = []
        for position, path in enumerate(paths):
            content = self.workspace[path]
            self.quarantine[request_id, turn, position] = content
            taken.append(
                Snapshot(
                    path=path,
                    copy=Path("/quarantine") / path,
                    sha256=sha256_hex(content),
                    size_bytes=len(content),
                )
            )
        return taken

    def quarantined(self, *, project, request_id, turn, position, sha256):
        content = self.quarantine.get((request_id, turn, position), b"")
        if not is_intact(content, sha256):
            raise IntegrityLost("The kept copy of file 1 is not what was checked and reviewed")
        return content


@dataclass
class FakeChecks:
    """An engine that says what it is told to say, by name of file."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    kind: str = "table"
    picture: bytes = b""
    crash: Exception | None = None
    asked: list = field(default_factory=list)
    published: dict = field(default_factory=dict)
    earlier: list = field(default_factory=list)
    compared: list = field(default_factory=list)
    differences: list = field(default_factory=list)

    def compare(self, tables, *, earlier, datasets, policies):
        self.compared.append(([one["file"] for one in tables], [one["file"] for one in earlier]))
        return self.differences

    def check(self, files, *, datasets, policies, earlier=()):
        self.earlier = [one["file"] for one in earlier]
        self.asked.append(
            ([file.snapshot.path for file in files], [d.dataset_id for d in datasets], policies)
        )
        if self.crash is not None:
            raise self.crash
        entries = tuple(self._entry(file) for file in files)
        return Report(verdict=Verdict.PASS, policy=" + ".join(policies), files=entries)

    def _entry(self, file) -> FileReport:
        path = file.snapshot.path
        verdict = self.verdicts.get(path, Verdict.PASS)
        findings = [] if verdict is Verdict.PASS else [
            Finding(rule="threshold", verdict=verdict, where="row 1", reason="fewer than 10")
        ]  # fmt: skip
        preview = Preview(kind=self.kind, header=("a",), rows=(("1\x00",),), picture=self.picture)
        report = FileReport.of(path, file.snapshot.sha256, findings, [preview])
        return replace(report, published=tuple(self.published.get(path, ())))

    def judged_by(self, *, datasets, policies):
        return {
            "datasets": [
                {"id": one.dataset_id, "version": one.version, "sha256": one.sha256}
                for one in datasets
            ],
            "policies": list(policies),
            "thresholds": {"threshold": 10},
            "versions": {"rules": "0" * 64},
        }


@dataclass
class FakeAnswers:
    answers: dict = field(default_factory=dict)
    requests: dict = field(default_factory=dict)

    def answer(self, *, project, username, name, body):
        self.answers[name] = body

    def publish(self, *, project, username, request_id, body):
        self.requests[request_id] = body

    def published(self, *, project, username, request_id):
        return self.requests.get(request_id)
