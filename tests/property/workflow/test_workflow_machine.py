"""Anybody tries anything, in any order; the promises hold all the same."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from output_checker.domain.actor import WORKER
from output_checker.domain.agreement import Agreement
from output_checker.domain.consent import Override, SignOff
from output_checker.domain.errors import OutputCheckerError
from output_checker.domain.output_file import snapshot_sha256
from output_checker.domain.review import Review, Vote, votes_on
from output_checker.domain.terms import Terms
from output_checker.domain.workflow import IN_REVIEW, WITH_AUTHOR, WORKFLOW, Action, Role, State
from tests.examples import examples
from tests.unit.output_checker.builders import (
    ADMIN,
    AUDITOR,
    BEN,
    CAT,
    DORA,
    ERIK,
    EVERYTHING,
    MEMBER,
    MEMBER_WHO_CHECKS,
    NOON,
    OLGA,
    REQUEST,
    STRANGER,
    a_file,
    a_request,
)

PEOPLE = [
    ADMIN, AUDITOR, BEN, CAT, DORA, ERIK, EVERYTHING, MEMBER, MEMBER_WHO_CHECKS, OLGA, STRANGER,
]  # fmt: skip
OF_ROLE = {
    Role.AUTHOR: EVERYTHING,
    Role.CHECKER: CAT,
    Role.OWNER: OLGA,
    Role.OVERRIDE: DORA,
    Role.ADMIN: ADMIN,
    Role.SYSTEM: WORKER,
}
DAN = replace(BEN, username="dan")
ENDS = {Action.WITHDRAW, Action.WITHDRAW_RELEASE, Action.EXPIRE, Action.REJECT}
REACHED = {State.APPROVED, State.RELEASING, State.RELEASED}
DATASET = "labour-market"
FAILS = ({"rule": "threshold", "verdict": "fail"},)
contents = st.binary(min_size=1, max_size=1)
verdicts = st.sampled_from(["pass", "review", "fail"])
files = st.lists(st.tuples(contents, verdicts), min_size=1, max_size=2)
lacking = st.sampled_from(
    ["nothing", "a checker", "all but the author", "erik", "dora", "olga", "an owner", "bytes",
     "a file"]
)  # fmt: skip
votes = st.sampled_from([Vote.APPROVE, Vote.APPROVE, Vote.RETURN, Vote.REJECT, Vote.UNDECIDED])


class Workflow(RuleBasedStateMachine):
    """Every row that is written here might have been written by a fault: it must not suffice."""

    def __init__(self) -> None:
        super().__init__()
        self.request = a_request(State.CHECKING, verdict=None, snapshot_sha256="")
        self.start = State.CHECKING
        self.trail = []
        self.files = ()
        self.reviews = []
        self.sign_offs = []
        self.overrides = []
        self.terms = Terms()

    @initialize(
        reviews=st.sampled_from([2, 2, 3]),
        asks=st.booleans(),
        allows_override=st.booleans(),
        data=files,
        is_sent=st.sampled_from([True, True, True, False]),
    )
    def the_project_asks(self, reviews, asks, allows_override, data, is_sent):
        sign_offs = frozenset({DATASET} if asks else ())
        self.terms = Terms(reviews=reviews, sign_offs=sign_offs, allows_override=allows_override)
        if is_sent:
            self.send_in(data)

    @property
    def agreement(self):
        return Agreement(
            files=self.files,
            reviews=tuple(self.reviews),
            sign_offs=tuple(self.sign_offs),
            overrides=tuple(self.overrides),
            terms=self.terms,
        )

    @rule(action=st.sampled_from(list(Action)), actor=st.sampled_from([*PEOPLE, WORKER]))
    def attempt(self, action, actor):
        self._perform(action, actor)

    @rule(data=st.data())
    def go_on(self, data):
        """A step that there is, by somebody who has the role: most histories need many."""
        actions = sorted(self.request.available_actions() - ENDS) or [Action.EXPIRE]
        action = data.draw(st.sampled_from(actions))
        roles = [role for (_, one), step in WORKFLOW.items() if one is action for role in step.by]
        self._perform(action, data.draw(st.sampled_from([OF_ROLE[role] for role in roles])))

    @rule(data=files)
    def send_in(self, data):
        if self.request.state in WITH_AUTHOR:
            self._perform(Action.CHECK_AGAIN, EVERYTHING)
        self._check(data)
        self._perform(Action.RECORD_CHECKS, WORKER)
        self._perform(Action.SUBMIT, EVERYTHING)
        self._perform(Action.START_REVIEW, BEN)

    def _perform(self, action, actor):
        before = self.request
        try:
            moved, event = self.request.perform(
                action,
                actor=actor,
                at=NOON + timedelta(minutes=len(self.trail)),
                agreement=self.agreement,
                reason="it shows a firm",
            )
        except OutputCheckerError:
            assert self.request is before
        else:
            self.request = moved
            self.trail.append((event, self.request, self.agreement))

    @rule(data=files)
    def check(self, data):
        self._check(data)

    def _check(self, data):
        if self.request.state is not State.CHECKING:
            return
        self.files = tuple(
            a_file(
                place, content=content, turn=self.request.turn, verdict=verdict,
                findings=FAILS if verdict == "fail" else (),
                file_id=f"{self.request.turn:016x}{place:016x}",
            )
            for place, (content, verdict) in enumerate(data)
        )  # fmt: skip
        worst = max((file.verdict for file in self.files), key=["pass", "review", "fail"].index)
        self.request = replace(
            self.request, verdict=worst, snapshot_sha256=snapshot_sha256(self.files)
        )

    @rule(actor=st.sampled_from(PEOPLE), vote=votes, on_files=st.lists(votes, max_size=2))
    def vote(self, actor, vote, on_files):
        said = dict(zip((file.file_id for file in self.files), on_files, strict=False))
        self._say(actor, vote, said)

    @rule(but=lacking)
    def all_agree(self, but):
        """Everybody says yes, but for one thing; then it tries to leave."""
        fewer = but in {"a checker", "all but the author"}
        voters = [BEN, CAT, DAN][: self.terms.reviews - fewer]
        voters += [EVERYTHING] if but == "all but the author" else []
        for actor in voters:
            ids = self._ids()[1:] if but == "a file" else self._ids()
            self._say(actor, Vote.APPROVE, dict.fromkeys(ids, Vote.APPROVE))
        for actor in {"erik": [DORA], "dora": [DORA, DORA, EVERYTHING]}.get(but, [DORA, ERIK]):
            self.override(actor)
        self.sign_off({"olga": EVERYTHING, "an owner": BEN}.get(but, OLGA))
        if but == "bytes":
            self.a_byte_changes_under_the_votes(b"changed")
        for action, actor in (
            (Action.APPROVE, BEN), (Action.START_RELEASE, WORKER), (Action.RELEASE, WORKER),
        ):  # fmt: skip
            self._perform(action, actor)

    @rule(data=files, but=lacking)
    def again_all_agree(self, data, but):
        """From the start, with nothing said before."""
        self.request = replace(self.request, state=State.DRAFT, turn=self.request.turn + 1)
        self.trail, self.reviews, self.overrides, self.sign_offs = [], [], [], []
        self.start = State.DRAFT
        self.send_in(data)
        self.all_agree(but)

    @rule(actor=st.sampled_from([DORA, ERIK, EVERYTHING]))
    def override(self, actor):
        self.overrides += [
            Override(
                request_id=REQUEST, file_id=file.file_id, sha256=file.sha256,
                person=actor.username, reason="Public already", at=NOON,
            )
            for file in self.files
        ]  # fmt: skip

    @rule(actor=st.sampled_from([OLGA, BEN, EVERYTHING]))
    def sign_off(self, actor):
        self.sign_offs.append(
            SignOff(
                request_id=REQUEST, turn=self.request.turn, dataset=DATASET, owner=actor.username,
                snapshot_sha256=self.request.snapshot_sha256, at=NOON,
            )
        )  # fmt: skip

    @rule(content=contents)
    def a_byte_changes_under_the_votes(self, content):
        if self.files and self.request.state in IN_REVIEW:
            first, *others = self.files
            self.files = (a_file(0, content=content, turn=first.turn,
                                 verdict=first.verdict, findings=first.findings,
                                 file_id=first.file_id), *others)  # fmt: skip

    def _ids(self):
        return [file.file_id for file in self.files]

    def _say(self, actor, vote, said):
        key = (self.request.turn, actor.username)
        self.reviews = [one for one in self.reviews if (one.turn, one.checker) != key]
        self.reviews.append(
            Review(
                request_id=REQUEST, turn=self.request.turn, checker=actor.username, vote=vote,
                comment="", snapshot_sha256=self.request.snapshot_sha256, at=NOON,
                files=votes_on(self.files, said),
            )
        )  # fmt: skip

    def _ways_out(self):
        return [step for step in self.trail if step[0].now in REACHED]

    @invariant()
    def the_trail_is_one_unbroken_chain(self):
        states = [self.start, *(event.now for event, _, _ in self.trail)]
        assert [event.was for event, _, _ in self.trail] == states[:-1]
        assert states[-1] is self.request.state

    @invariant()
    def what_is_on_its_way_out_enough_others_approved_file_by_file(self):
        for _, request, agreement in self._ways_out():
            approving = {
                one.checker
                for one in agreement.reviews
                if one.turn == request.turn
                and one.snapshot_sha256 == request.snapshot_sha256
                and one.vote is Vote.APPROVE
                and {(file.file_id, file.sha256) for file in agreement.files}
                == {(key, said.sha256) for key, said in one.files.items()}
                and {said.vote for said in one.files.values()} == {Vote.APPROVE}
            }
            assert len(approving - {request.author}) >= max(2, agreement.terms.reviews)

    @invariant()
    def only_the_bytes_that_were_voted_on_are_on_their_way_out(self):
        for _, request, agreement in self._ways_out():
            assert snapshot_sha256(agreement.files) == request.snapshot_sha256

    @invariant()
    def what_fails_leaves_by_two_people_or_not_at_all(self):
        for _, request, agreement in self._ways_out():
            for file in agreement.files:
                if file.verdict == "fail":
                    people = {
                        one.person
                        for one in agreement.overrides
                        if (one.file_id, one.sha256) == (file.file_id, file.sha256)
                    }
                    assert agreement.terms.allows_override
                    assert len(people - {request.author}) >= 2

    @invariant()
    def where_a_dataset_asks_an_owner_who_did_not_vote_agreed(self):
        for _, request, agreement in self._ways_out():
            voted = {
                one.checker
                for one in agreement.reviews
                if one.turn == request.turn and one.vote is not Vote.UNDECIDED
                and one.snapshot_sha256 == request.snapshot_sha256
            }  # fmt: skip
            owners = {one.owner for one in agreement.sign_offs if one.turn == request.turn}
            assert owners - voted - {request.author} or not agreement.terms.sign_offs

    @invariant()
    def the_last_word_was_of_somebody_who_has_one(self):
        for event, _, _ in self.trail:
            if event.action is Action.APPROVE:
                assert event.actor in {"ben", "cat", "dora", "erik", "olga"}
            if event.action in {Action.RETURN, Action.REJECT, Action.CONSOLIDATE}:
                assert event.actor in {"ben", "cat"}

    @invariant()
    def nothing_failing_was_submitted_where_nobody_may_override(self):
        for event, after, agreement in self.trail:
            if event.action is Action.SUBMIT:
                assert after.verdict in {"pass", "review"} or agreement.terms.allows_override


TestWorkflow = Workflow.TestCase
TestWorkflow.settings = settings(max_examples=examples(60), stateful_step_count=40, deadline=None)
