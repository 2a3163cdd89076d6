"""A portal on a real PostgreSQL, with a hub, a store and a clock that the tests hold."""

import hashlib
import os
import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from infra.probes.signed import new_key, public_key
from output_checker.adapters.database.unit_of_work import SqlUnitOfWork as CheckerUnitOfWork
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.file_group import FileGroup
from output_checker.domain.ingress import IncomingFile, IngressState, Scan, ScanNote
from output_checker.domain.link import Link
from output_checker.domain.output_file import OutputFile, snapshot_sha256
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import State
from portal.app import create_app
from portal.hub import HubRefused
from portal.ledger_lines import ledger_lines
from portal.pages import Pages
from portal.parts import Parts
from portal.settings import Settings
from portal.shells import browser_sessions
from registry.adapters.database.unit_of_work import SqlUnitOfWork as RegistryUnitOfWork
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.totp import TotpCodes
from registry.application.apply_project import apply_project
from registry.application.sign_in_ports import SignInParts
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.grant import Grant
from registry.domain.person import Person
from registry.domain.project import Project
from registry.domain.release_terms import DatasetTerms, ReleaseTerms
from registry.domain.second_factor import Mfa
from registry.domain.tier import Tier

ORIGIN = "http://haven.test"
INTERNAL_TOKEN = "internal-token-of-the-tests-0123456789"
TRAFFIC_TOKEN = "traffic-token-of-the-tests-01234567890"
RELEASE_KEY = new_key()
RELEASE_PUBLIC_KEY = public_key(RELEASE_KEY)
PASSWORD = "correct horse battery"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cfc00000030101005a8d6e1d0000000049454e44ae426082"
)


# Shared, so that each template is compiled once.
PAGES = Pages()


GROUP = FileGroup(context="Mean pay by region, from jobs.parquet", controls="Rounded to 5")


class HeldClock:
    def __init__(self):
        self.at = datetime.now(UTC)

    def now(self):
        return self.at

    def advance(self, **by):
        self.at += timedelta(**by)


class FakeHub:
    """Knows one code; remembers the verifier it was shown."""

    def __init__(self):
        self.usernames = {}
        self.verifiers = []

    def username(self, *, code, verifier):
        self.verifiers.append(verifier)
        if code not in self.usernames:
            raise HubRefused("no such code")
        return self.usernames.pop(code)


class FakeStore:
    def __init__(self):
        self.by_sha256 = {}

    def put(self, *_, **__):
        raise AssertionError("the portal never writes to the store")

    def get(self, _key, *, sha256):
        if sha256 not in self.by_sha256:
            raise DependencyUnavailable("The release store did not answer")
        return self.by_sha256[sha256]


class NewIds:
    def new(self):
        return uuid.uuid4().hex

    def token(self):
        return uuid.uuid4().hex


class House:
    """Two projects with their people, named apart from every other test's."""

    def __init__(self, database_url, folder):
        self.tag = uuid.uuid4().hex[:8]
        self.project_id = f"pay-{self.tag}"
        self.other_id = f"other-{self.tag}"
        self.clock = HeldClock()
        self.hub = FakeHub()
        self.store = FakeStore()
        self.engine = create_engine(database_url)
        self.sessions = sessionmaker(self.engine)
        self.settings = Settings(
            database_url=database_url.replace("+psycopg", ""),
            public_url=ORIGIN,
            hub_client_secret="hub-secret-of-the-tests",
            internal_token=INTERNAL_TOKEN,
            traffic_token=TRAFFIC_TOKEN,
            session_secret="session-secret-of-the-tests-0123456789",
            second_factor_key="second-factor-key-of-the-tests-0123456",
            # Most tests are about something else.
            mfa="optional",
            one_session=False,
            release_public_key=RELEASE_PUBLIC_KEY,
            store_access_key="key",
            store_secret_key="secret",
            _secrets_dir=folder,
        )
        passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.parts = Parts(
            settings=self.settings,
            engine=self.engine,
            sessions=self.sessions,
            clock=self.clock,
            ids=NewIds(),
            hub=self.hub,
            passwords=passwords,
            store=self.store,
            registry_unit_of_work=self.registry_unit_of_work,
            sign_in=SignInParts(
                unit_of_work=self.registry_unit_of_work,
                passwords=passwords,
                codes=TotpCodes(b"second-factor-key-of-the-tests-0123456"),
                clock=self.clock,
                mfa=Mfa.OPTIONAL,
                is_single=False,
            ),
            checker_unit_of_work=self.checker_unit_of_work,
            outbox_unit_of_work=self.checker_unit_of_work,
        )
        self.app = create_app(self.parts, PAGES)
        self.clients = []

    def set_up(self, **settings):
        """Run the portal with other settings; browsers that are open see the old one."""
        self.settings = self.settings.model_copy(update=settings)
        sign_in = replace(
            self.parts.sign_in, mfa=self.settings.mfa, is_single=self.settings.one_session
        )
        self.parts = replace(self.parts, settings=self.settings, sign_in=sign_in)
        self.app = create_app(self.parts, PAGES)

    def registry_unit_of_work(self, *, token=None):
        lines = ledger_lines(self.clock, token=token)
        return RegistryUnitOfWork(self.sessions, record_on=lines, key=b"tests")

    def checker_unit_of_work(self, *, token=None):
        return CheckerUnitOfWork(self.sessions, token=token)

    def name(self, role):
        return f"{role}-{self.tag}"

    def person(self, role, **changes):
        person = Person(
            username=self.name(role),
            display_name=role.title(),
            is_admin=role == "admin",
            is_auditor=role == "auditor",
            email=f"{self.name(role)}@example.org",
        )
        return replace(person, **changes)

    def populate(self):
        roles = ["author", "member", "checker1", "checker2", "recipient"]
        roles += ["outsider", "stranger", "admin", "auditor", "owner", "override1", "override2"]
        people = tuple(
            WantedPerson(
                person=self.person(role),
                first_password=PASSWORD if role in {"author", "checker1"} else None,
            )
            for role in roles
        )
        grant = VersionId(dataset_id=f"jobs-{self.tag}", version="1.0.0")
        self.dataset = DatasetVersion(
            version_id=grant,
            title="Jobs",
            summary="Jobs of people",
            publisher="An office",
            unit="person",
            path=f"jobs-{self.tag}/1.0.0/jobs.parquet",
            sha256="a" * 64,
            entity="person",
            identifiers=("person",),
            policy="sacro-10",
            fields=(),
        )
        self.project = Project(
            project_id=self.project_id,
            title="Pay and place",
            ends_on=(self.clock.now() + timedelta(days=200)).date(),
            policy="sacro-10",
            tier=Tier.BROWSER,
            members=frozenset({self.name("author"), self.name("member")}),
            # The author is named as a checker too: the review must refuse them all the same.
            checkers=frozenset({self.name("author"), self.name("checker1"), self.name("checker2")}),
            grants=frozenset({Grant(version_id=grant)}),
            release=ReleaseTerms(
                override=frozenset({self.name("override1"), self.name("override2")}),
                owners={f"jobs-{self.tag}": frozenset({self.name("owner")})},
            ),
        )
        places = {("dataset", str(grant)): "datasets[0].descriptor"}
        self.apply(
            Wanted(people=people, datasets=(self.dataset,), project=self.project, places=places)
        )
        other = Project(
            project_id=self.other_id,
            title="Another project",
            ends_on=self.project.ends_on,
            policy="sacro-10",
            members=frozenset({self.name("outsider")}),
            checkers=frozenset({self.name("stranger")}),
        )
        self.apply(Wanted(project=other, places={}))

    def apply(self, wanted):
        return apply_project(
            self.registry_unit_of_work(),
            self.parts.passwords,
            self.clock,
            wanted=wanted,
            file="(a test)",
            actor="(tests)",
            policies=frozenset({"sacro-10"}),
        )

    def change_project(self, **changes):
        self.project = replace(self.project, **changes)
        return self.apply(Wanted(project=self.project, places={}))

    def ask_for_a_sign_off(self):
        """Have the project use a version of its dataset whose owners must agree."""
        asking = VersionId(dataset_id=f"jobs-{self.tag}", version="2.0.0")
        dataset = replace(
            self.dataset,
            version_id=asking,
            path=f"jobs-{self.tag}/2.0.0/jobs.parquet",
            release=DatasetTerms(owner_sign_off=True),
        )
        self.project = replace(self.project, grants=frozenset({Grant(version_id=asking)}))
        places = {("dataset", str(asking)): "datasets[0].descriptor"}
        self.apply(Wanted(datasets=(dataset,), project=self.project, places=places))

    def browser(self, role=None, **options):
        """A browser; signed in when a role is named."""
        client = TestClient(
            self.app,
            base_url=ORIGIN,
            follow_redirects=False,
            headers={"Origin": ORIGIN},
            **options,
        )
        self.clients.append(client)
        if role is not None:
            with self.sessions() as session:
                secret = browser_sessions(self.parts, session).start(
                    self.name(role), self.clock.now()
                )
                session.commit()
            client.cookies.set(self.parts.settings.session_cookie, secret)
        return client

    def add_request(self, state=State.SUBMITTED, files=None, **changes):
        request = ReleaseRequest(
            **{
                "request_id": uuid.uuid4().hex,
                "project_id": self.project_id,
                "author": self.name("author"),
                "created_at": self.clock.now(),
                "updated_at": self.clock.now(),
                "policy": "sacro-10",
                "state": state,
                "groups": (GROUP,),
                "recipients": (self.name("recipient"),),
                "verdict": "review",
            }
            | changes
        )
        files = [
            replace(file, request_id=request.request_id, position=position)
            for position, file in enumerate(files or [a_table()])
        ]
        request = replace(request, snapshot_sha256=snapshot_sha256(files))
        with self.checker_unit_of_work() as uow:
            uow.requests.add(request)
            uow.files.add(files)
            for file in files:
                if file.name.endswith(".png"):
                    uow.files.keep_image(file.file_id, 0, PNG)
            uow.commit()
        return request

    def add_input(self, **changes):
        """A file that was brought in and scanned, of which nothing lies anywhere."""
        notes = (ScanNote(kind="external-link", reason="a link to another place", place="line 2"),)
        file = IncomingFile(
            **{
                "input_id": uuid.uuid4().hex,
                "project_id": self.project_id,
                "author": self.name("author"),
                "name": f"lookup-{uuid.uuid4().hex[:8]}.csv",
                "purpose": "Names of regions",
                "sha256": "c" * 64,
                "size_bytes": 20,
                "state": IngressState.WAITING,
                "created_at": self.clock.now(),
                "updated_at": self.clock.now(),
                "scan": Scan(kind="csv", notes=notes, excerpt="region,name\n1,North\n"),
            }
            | changes
        )
        with self.checker_unit_of_work() as uow:
            uow.ingress.add(file)
            uow.commit()
        return file

    def judged_by(self):
        """What its files are judged by, as the worker notes it of each turn."""
        with self.checker_unit_of_work() as uow:
            granted = uow.registry.project(self.project_id).datasets
        datasets = [
            {"id": one.dataset_id, "version": one.version, "sha256": one.sha256} for one in granted
        ]
        return {"policies": ["sacro-10"], "datasets": datasets}

    def files_of(self, request):
        with self.checker_unit_of_work() as uow:
            return list(uow.files.of(request.request_id, turn=request.turn))

    def add_link(self, request, *, role="recipient", token=None, **changes):
        file = self.files_of(request)[0]
        self.store.by_sha256[file.sha256] = b"region,mean\nnorth,1\n"
        token = token or uuid.uuid4().hex
        link = Link(
            **{
                "link_id": uuid.uuid4().hex,
                "request_id": request.request_id,
                "project_id": request.project_id,
                "file_id": file.file_id,
                "recipient": self.name(role),
                "token_sha256": hashlib.sha256(token.encode()).hexdigest(),
                "created_at": self.clock.now(),
                "expires_at": self.clock.now() + timedelta(days=14),
                "allowed_downloads": 2,
            }
            | changes
        )
        with self.checker_unit_of_work() as uow:
            uow.links.add(link)
            uow.commit()
        return link, token

    def state_of(self, request):
        with self.checker_unit_of_work() as uow:
            return uow.requests.get(request.request_id, visible_to=_actor(request.author)).state

    def votes_on(self, request):
        with self.checker_unit_of_work() as uow:
            return list(uow.reviews.of(request.request_id))

    def ledger(self, **matching):
        """Lines about this house, oldest first."""
        with self.checker_unit_of_work() as uow:
            entries = [
                entry
                for entry in uow.ledger.all()
                if self.tag in f"{entry.actor} {entry.subject} {entry.project}"
            ]
        return [
            entry
            for entry in entries
            if all(getattr(entry, key) == value for key, value in matching.items())
        ]


def _actor(username):
    from output_checker.domain.actor import Actor

    return Actor(username=username)


def a_finding(**changes):
    return {
        "rule": "threshold",
        "verdict": "fail",
        "cell": {"region": "north"},
        "where": "row 2, column 'n'",
        "reason": "3 people; the policy asks for 10",
        "statbarn": None,
        "position": [1, 1],
    } | changes


def a_table(**changes):
    return OutputFile(
        **{
            "file_id": uuid.uuid4().hex,
            "request_id": "",
            "turn": 1,
            "position": 0,
            "name": "tables/mean-pay.csv",
            "sha256": "b" * 64,
            "size_bytes": 120,
            "verdict": "review",
            "findings": (a_finding(),),
            "previews": (
                {
                    "kind": "table",
                    "header": ["region", "n"],
                    "rows": [["south", "120"], ["north", "3"]],
                    "total_rows": 2,
                    "flagged": [[1, 1]],
                },
            ),
        }
        | changes
    )


def a_figure(**changes):
    return a_table(
        **{
            "name": "plot.png",
            "sha256": hashlib.sha256(PNG).hexdigest(),
            "findings": (),
            "previews": ({"kind": "image", "width": 1, "height": 1},),
        }
        | changes
    )


@pytest.fixture(scope="module")
def portal_database_url(request):
    """A PostgreSQL that runs already may be named instead of starting one."""
    if named := os.environ.get("HAVEN_TEST_DATABASE_URL"):
        return named
    return request.getfixturevalue("app_database_url")


@contextmanager
def opened(database_url, folder):
    house = House(database_url, folder)
    try:
        house.populate()
        yield house
    finally:
        for client in house.clients:
            client.close()
        house.engine.dispose()


@pytest.fixture
def house(portal_database_url, tmp_path):
    with opened(portal_database_url, tmp_path) as house:
        yield house


@pytest.fixture(scope="module")
def shared_house(portal_database_url, tmp_path_factory):
    """One for all tests of a module that are refused, or only look."""
    with opened(portal_database_url, tmp_path_factory.mktemp("shared-house")) as house:
        yield house


@pytest.fixture
def table():
    return a_table


@pytest.fixture
def figure():
    return a_figure


@pytest.fixture
def finding():
    return a_finding


@pytest.fixture
def origin():
    return ORIGIN


@pytest.fixture
def internal():
    return {"Authorization": f"Bearer {INTERNAL_TOKEN}"}


@pytest.fixture
def password():
    return PASSWORD


@pytest.fixture
def live(house, chromium):
    """The house's portal on loopback, and a real browser to open it in."""
    from tests.integration.portal.live import LivePortal

    with LivePortal(house, chromium) as portal:
        yield portal
