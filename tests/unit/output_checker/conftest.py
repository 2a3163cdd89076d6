"""A small world with people, a project and parts that keep their promises in memory."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from output_checker.application.publish import Publishing
from output_checker.application.receive import receive
from output_checker.application.release import Releasing
from output_checker.application.review import Ballot, review
from output_checker.application.steer_review import return_early
from output_checker.application.understand import Receiving
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Vote
from tests.unit.output_checker.builders import (
    ADA,
    AUDITOR,
    BEN,
    CAT,
    DORA,
    ERIK,
    MEMBER,
    MEMBER_WHO_CHECKS,
    OLGA,
    PROJECT,
    REQUEST,
    a_file,
    a_project,
)
from tests.unit.output_checker.fakes import (
    CountingIds,
    FakeAnswers,
    FakeChecks,
    FakeOutputs,
    FakeSigner,
    FakeStore,
    FakeUnitOfWork,
    FixedClock,
    World,
)


@dataclass
class House:
    world: World = field(default_factory=World)
    clock: FixedClock = field(default_factory=FixedClock)
    ids: CountingIds = field(default_factory=CountingIds)
    outputs: FakeOutputs = field(default_factory=FakeOutputs)
    answers: FakeAnswers = field(default_factory=FakeAnswers)
    checks: FakeChecks = field(default_factory=FakeChecks)
    store: FakeStore = field(default_factory=FakeStore)

    def uow(self) -> FakeUnitOfWork:
        return FakeUnitOfWork(self.world)

    @property
    def receiving(self) -> Receiving:
        return Receiving(
            unit_of_work=self.uow,
            clock=self.clock,
            ids=self.ids,
            outputs=self.outputs,
            answers=self.answers,
            checks=self.checks,
            max_files=20,
        )

    @property
    def releasing(self) -> Releasing:
        return Releasing(
            unit_of_work=self.uow,
            clock=self.clock,
            ids=self.ids,
            outputs=self.outputs,
            checks=self.checks,
            signer=FakeSigner(),
            store=self.store,
            retention=timedelta(days=30),
            link_life=timedelta(days=14),
            link_downloads=2,
        )

    @property
    def publishing(self) -> Publishing:
        return Publishing(
            unit_of_work=self.uow, ids=self.ids, answers=self.answers, public_url="http://h"
        )

    def holds(self, request: ReleaseRequest, those=(), *, files: int = 1, content=None):
        """Put a request and its reviewed files there, as receive would have."""
        self.world.requests[request.request_id] = request
        made = those or [a_file(position, turn=request.turn) for position in range(files)]
        for position, file in enumerate(made):
            self.world.files.append(file)
            stored = content if content is not None else b"region,n\nnorth,120\n"
            self.outputs.quarantine[request.request_id, request.turn, position] = stored
        return request

    def vote(
        self, checker, vote=Vote.APPROVE, *, request_id=REQUEST, comment="ok", turn=1, files=None
    ):
        """A finished review that says the same of each file, unless votes on files are given."""
        said = Vote.RETURN if vote is Vote.REJECT else vote
        there = [
            one for one in self.world.files if (one.request_id, one.turn) == (request_id, turn)
        ]
        votes = {one.file_id: said for one in there} if files is None else files
        ballot = Ballot(turn=turn, vote=vote, comment=comment, files=votes)
        return review(self.uow(), self.clock, request_id=request_id, ballot=ballot, actor=checker)

    def give_back(self, checker, *, request_id=REQUEST, comment="row 3 is small", turn=1):
        return return_early(
            self.uow(),
            self.clock,
            request_id=request_id,
            turn=turn,
            comment=comment,
            actor=checker,
        )

    def send(self, manifest: bytes, name: str = "m.json", username: str = "ada"):
        self.outputs.manifests[name] = manifest
        receive(self.receiving, project=PROJECT, username=username, manifest_name=name)
        return self.answers.answers[name]


@pytest.fixture
def house() -> House:
    found = House()
    found.world.projects[PROJECT] = a_project()
    for person in (ADA, BEN, CAT, DORA, ERIK, OLGA, MEMBER, MEMBER_WHO_CHECKS, AUDITOR):
        found.world.people[person.username] = person
    return found
