"""Anybody tries anything, in any order; the promises hold all the same."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from output_checker.domain.actor import WORKER
from output_checker.domain.errors import OutputCheckerError
from output_checker.domain.release_request import Action, State
from output_checker.domain.review import Review, Vote, approvers
from tests.examples import examples
from tests.unit.output_checker.builders import (
    ADMIN,
    AUDITOR,
    BEN,
    CAT,
    EVERYTHING,
    MEMBER,
    MEMBER_WHO_CHECKS,
    NOON,
    REQUEST,
    STRANGER,
    a_request,
)

PEOPLE = [ADMIN, AUDITOR, BEN, CAT, EVERYTHING, MEMBER, MEMBER_WHO_CHECKS, STRANGER]
REACHED = {State.APPROVED, State.RELEASING, State.RELEASED}


class Workflow(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.request = a_request(State.CHECKING, verdict=None, snapshot_sha256="")
        self.trail = []
        self.reviews = []

    @rule(action=st.sampled_from(list(Action)), actor=st.sampled_from([*PEOPLE, WORKER]))
    def attempt(self, action, actor):
        before = self.request
        try:
            moved, event = self.request.perform(
                action,
                actor=actor,
                at=NOON + timedelta(minutes=len(self.trail)),
                reviews=self.reviews,
            )
        except OutputCheckerError:
            assert self.request is before
        else:
            self.request = moved
            self.trail.append((event, self.request))

    @rule(verdict=st.sampled_from(["pass", "review", "fail"]), snapshot=st.sampled_from("xyz"))
    def check(self, verdict, snapshot):
        if self.request.state is State.CHECKING:
            self.request = replace(self.request, verdict=verdict, snapshot_sha256=snapshot)

    @rule(actor=st.sampled_from(PEOPLE), vote=st.sampled_from(list(Vote)))
    def vote(self, actor, vote):
        # Even rows that no use case would have written must not be enough.
        self.reviews.append(
            Review(
                request_id=REQUEST,
                turn=self.request.turn,
                checker=actor.username,
                vote=vote,
                comment="",
                snapshot_sha256=self.request.snapshot_sha256,
                at=NOON,
            )
        )

    @invariant()
    def the_trail_is_one_unbroken_chain(self):
        states = [State.CHECKING, *(event.now for event, _ in self.trail)]
        assert [event.was for event, _ in self.trail] == states[:-1]
        assert states[-1] is self.request.state

    @invariant()
    def what_is_on_its_way_out_two_others_approved(self):
        if self.request.state in REACHED:
            given = approvers(
                self.reviews,
                turn=self.request.turn,
                snapshot_sha256=self.request.snapshot_sha256,
            )
            assert len(given - {self.request.author}) >= 2
            last = [e for e, _ in self.trail if e.action is Action.APPROVE][-1]
            assert last.actor in {"ben", "cat"}

    @invariant()
    def nothing_failing_was_ever_submitted(self):
        for event, after in self.trail:
            if event.action is Action.SUBMIT:
                assert after.verdict in {"pass", "review"}


TestWorkflow = Workflow.TestCase
TestWorkflow.settings = settings(max_examples=examples(60), stateful_step_count=40, deadline=None)
