"""Stand-ins that keep their promises in memory: what is not committed did not happen."""

# ruff: noqa: ARG002 - a fake takes all that its port is given

import copy
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from output_checker.application.ports import Project, ReleasedTable
from output_checker.application.workspace_ports import Snapshot
from output_checker.disclosure.model import FileReport, Finding, Preview, Report, Verdict
from output_checker.domain.actor import Actor
from output_checker.domain.errors import (
    ConcurrentUpdate,
    DependencyUnavailable,
    IntegrityLost,
    InvalidManifest,
    NotFound,
    StoreDoesNotLock,
)
from output_checker.domain.integrity import is_intact, sha256_hex
from output_checker.domain.ledger import ALL_LINES, EMPTY, LedgerHead, seal
from output_checker.domain.review import Vote
from output_checker.domain.workflow import IN_REVIEW, State
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
    tables: dict = field(default_factory=dict)
    published: dict = field(default_factory=dict)
    reviews: list = field(default_factory=list)
    sign_offs: list = field(default_factory=list)
    overrides: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    ledger: list = field(default_factory=list)
    releases: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    receipts: dict = field(default_factory=dict)
    reruns: dict = field(default_factory=dict)
    jobs: list = field(default_factory=list)
    people: dict = field(default_factory=dict)
    projects: dict = field(default_factory=dict)
    frozen: dict = field(default_factory=dict)

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
        self.consents = _Consents(self._now)
        self.notices = _Notices(self._now)
        self.ledger = _Ledger(self._now)
        self.releases = _Releases(self._now)
        self.links = _Links(self._now)
        self.receipts = _Receipts(self._now)
        self.reruns = _Reruns(self._now)
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
            if one.state in IN_REVIEW and one.project_id in set(projects)
        ]

    def waiting_for_release(self):
        waiting = {State.APPROVED, State.RELEASING}
        return [one.request_id for one in self.world.requests.values() if one.state in waiting]

    def in_states(self, states, *, unmoved_since):
        return [
            one.request_id
            for one in self.world.requests.values()
            if one.state in states and one.updated_at <= unmoved_since
        ]

    def never_collected(self, *, released_before):
        fetched = {one.request_id for one in self.world.links.values() if one.downloads}
        found = self.in_states({State.RELEASED}, unmoved_since=released_before)
        return [one for one in found if one not in fetched]


class _Files(_Part):
    def add(self, files):
        self.world.files.extend(files)

    def of(self, request_id, *, turn):
        found = [f for f in self.world.files if (f.request_id, f.turn) == (request_id, turn)]
        return sorted(found, key=lambda file: file.position)

    def find(self, request_id, file_id):
        found = (f for f in self.world.files if (f.request_id, f.file_id) == (request_id, file_id))
        return next(found, None)

    def last_released(self, project_id, name, *, but):
        released = [
            (self.world.releases[file.request_id].released_at, file)
            for file in self.world.files
            if file.name == name and file.may_leave and self._has_left(file, project_id, but)
        ]
        return max(released, key=lambda one: one[0])[1] if released else None

    def _has_left(self, file, project_id, but):
        request = self.world.requests[file.request_id]
        release = self.world.releases.get(file.request_id)
        return (
            (request.project_id, request.turn) == (project_id, file.turn)
            and request.request_id != but
            and release is not None
            and release.released_at is not None
        )

    def keep_table(self, file_id, part, content):
        assert (file_id, part) not in self.world.tables, "the key of the table"
        self.world.tables[file_id, part] = content

    def table(self, file_id, part):
        return self.world.tables.get((file_id, part))

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


def _those_found(find, names):
    return {name: found for name in names if (found := find(name))}


class _Reviews(_Part):
    def save(self, review):
        key = (review.request_id, review.turn, review.checker)
        kept = [one for one in self.world.reviews if (one.request_id, one.turn, one.checker) != key]
        self.world.reviews = [*kept, review]

    def reset(self, request_id, *, turn, but):
        self.world.reviews = [
            replace(one, vote=Vote.UNDECIDED, comment="", files={})
            if (one.request_id, one.turn) == (request_id, turn) and one.checker != but
            else one
            for one in self.world.reviews
        ]

    def of(self, request_id):
        return [one for one in self.world.reviews if one.request_id == request_id]

    def of_each(self, request_ids):
        return _those_found(self.of, request_ids)


class _Consents(_Part):
    def sign_off(self, given):
        self.world.sign_offs.append(given)

    def sign_offs(self, request_id):
        return [one for one in self.world.sign_offs if one.request_id == request_id]

    def sign_offs_of_each(self, request_ids):
        return _those_found(self.sign_offs, request_ids)

    def override(self, given):
        self.world.overrides.append(given)

    def overrides(self, request_id):
        return [one for one in self.world.overrides if one.request_id == request_id]


class _Notices(_Part):
    def add(self, notice):
        def key(one):
            return (one.recipient, one.kind, one.occasion)

        is_new = all(key(one) != key(notice) for one in self.world.notices)
        if is_new:
            self.world.notices.append(notice)
        return is_new


class _Ledger(_Part):
    def append(self, **line):
        entry = seal(self.head(), **line)
        self.world.ledger.append(entry)
        return self.head()

    def head(self, *, until=None):
        found = list(self.all(until=until))
        if not found:
            return EMPTY
        return LedgerHead(seq=found[-1].seq, entry_hash=found[-1].entry_hash)

    def all(self, *, wanted=ALL_LINES, after=0, until=None):
        return [
            one
            for one in self.world.ledger
            if one.seq > after and (until is None or one.seq <= until) and _is_wanted(one, wanted)
        ]

    def page(self, *, before, size, wanted=ALL_LINES):
        found = [one for one in self.all(wanted=wanted) if before is None or one.seq < before]
        return found[::-1][:size]

    def days(self, *, wanted, most):
        days = Counter(one.at.date() for one in self.all(wanted=wanted))
        return sorted(days.items(), reverse=True)[:most]


def _is_wanted(entry, wanted):
    is_event = entry.event == wanted.event or (
        wanted.event.endswith(".") and entry.event.startswith(wanted.event)
    )
    return (
        wanted.project in {"", entry.project}
        and wanted.actor in {"", entry.actor}
        and wanted.subject in {"", entry.subject}
        and (not wanted.event or is_event)
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
    )


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

    def all(self):
        return [*self.world.releases.values()]

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

    def ending(self, *, after, until):
        return sorted(
            {
                one.request_id
                for one in self.world.links.values()
                if one.why_closed(after) is None
                and one.expires_at <= until
                and self.world.requests[one.request_id].state is State.RELEASED
            }
        )

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


class _Reruns(_Part):
    def add(self, rerun):
        self.world.reruns[rerun.rerun_id] = rerun

    save = add

    def unfinished(self):
        return [one for one in self.world.reruns.values() if one.is_open]

    def of(self, request_id, *, turn):
        found = [
            one
            for one in self.world.reruns.values()
            if one.request_id == request_id and turn in (one.turn, one.taken_turn)
        ]
        return max(found, key=lambda one: one.asked_at, default=None)


class _Registry(_Part):
    def project(self, project_id: str) -> Project | None:
        return self.world.projects.get(project_id)

    def projects(self, project_ids):
        return _those_found(self.project, project_ids)

    def actors(self, usernames):
        return _those_found(self.actor, usernames)

    def why_frozen(self, project_id: str) -> str | None:
        return self.world.frozen.get(project_id)

    def admins(self):
        return [name for name, one in self.world.people.items() if one.is_admin]

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
        self.unlocked: set[str] = set()

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

    def object_keys(self):
        return [*self.objects]

    def require_lock(self, key, retain_until):
        if key in self.unlocked:
            raise StoreDoesNotLock("not locked")


class FakeSigner:
    def sign(self, content):
        return b"signed " + content[:8]


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

    def keep(self, *, project, request_id, turn, contents):
        self.workspace, was = dict(contents), self.workspace
        where = {"project": project, "username": "", "request_id": request_id, "turn": turn}
        taken = self.snapshot(**where, paths=list(contents))
        self.workspace = was
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
    whole: bytes = b""
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
        preview = Preview(kind=self.kind, header=("a",), rows=(("1\x00",),), picture=self.picture,
                          whole=self.whole)  # fmt: skip
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
