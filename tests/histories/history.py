"""One random history: people and the worker act, processes are killed, then all comes to rest."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from output_checker.application.collect import open_link
from output_checker.application.publish import publish
from output_checker.application.receive import receive
from output_checker.application.release import release
from output_checker.application.review import Ballot, review
from output_checker.application.steer_review import return_early
from output_checker.application.withdraw import withdraw
from output_checker.domain.errors import OutputCheckerError
from output_checker.domain.review import Vote
from output_checker.domain.workflow import State
from tests.histories.dying import Fate, end, start
from tests.histories.house import AUTHOR, CHECKERS, Address, House

LONGEST = 16
_DIES = 0.4
_TWO_AT_ONCE = 0.2
_DISTURBED = 0.4
_CHANCES = 45
_SETTLING_ROUNDS = 12
_OPEN = "SELECT request_id, state, turn FROM release_request WHERE project_id = :project ORDER BY 1"
_ANYTHING = ("vote", "return", "release", "again", "withdraw", "publish", "collect")
_IN_REVIEW = (*("vote",) * 20, "return", "withdraw")
_LIKELY = {
    State.SUBMITTED: _IN_REVIEW,
    State.REVIEW: _IN_REVIEW,
    State.CONSOLIDATING: _IN_REVIEW,
    State.APPROVED: ("release",) * 8 + ("withdraw",),
    State.RELEASING: ("release",),
    State.RELEASED: ("publish", "collect"),
}
_VOTES = (Vote.APPROVE,) * 10 + (Vote.RETURN, Vote.REJECT)

Step = Callable[[House], object]


@dataclass
class Told:
    """What happened: each step with how it ended, for the message of a test that fails.

    Attributes: `waits` says that something was still waiting after many rounds of the worker.
    """

    waits: bool = False
    steps: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)


def live(
    address: Address,
    house: House,
    chance: random.Random,
    disturbed: Callable[[], AbstractContextManager[None]] | None = None,
) -> Told:
    """Act at random, then let the worker finish what it has to do.

    Args:
        address: Where the parts are.
        house: This process's own.
        chance: What happens.
        disturbed: Does harm to a service while steps are running now and then, and mends it.
    """
    told = Told()
    for _ in range(chance.randrange(8, LONGEST + 1)):
        at_once = 2 if chance.random() < _TWO_AT_ONCE else 1
        chosen = [one for _ in range(at_once) if (one := _choose(house, chance))]
        # The worker answers one manifest of a workspace at a time.
        if sum(name.startswith("receive") for name, _ in chosen) > 1:
            del chosen[1:]
        dies = [chance.randrange(_CHANCES) if chance.random() < _DIES else None for _ in chosen]
        harm = disturbed if disturbed and chance.random() < _DISTURBED else None
        _act(address, house, _Turn(chosen, dies, harm), told)
    told.waits = _settle(house)
    return told


def release_one(house: House) -> None:
    """A history without chance or harm: submitted, approved by two, released."""
    house.ask(_submission(house, random.Random(1), None))
    _settle(house)
    for who in CHECKERS[:2]:
        (row,) = house.rows(_OPEN)
        _vote(house, row=row, who=who, vote=Vote.APPROVE)
    _settle(house)


def _settle(house: House) -> bool:
    """What a worker does that is started again. Returns: whether something waits for ever."""
    for _ in range(_SETTLING_ROUNDS):
        for name in house.asked():
            receive(house.receiving, project=house.project, username=AUTHOR, manifest_name=name)
        with house.uow() as uow:
            waiting = set(uow.requests.waiting_for_release())
        mine = [row.request_id for row in house.rows(_OPEN)]
        for request_id in waiting.intersection(mine):
            release(house.releasing, request_id=request_id)
        for request_id in mine:
            publish(house.publishing, request_id=request_id)
        states = {row.state for row in house.rows(_OPEN)}
        if not states & {"checking", "approved", "releasing"}:
            return False
    return True


@dataclass(frozen=True)
class _Turn:
    """What is done at once: named steps, and after how many chances each process dies."""

    steps: list[tuple[str, Step]]
    dies: list[int | None]
    harm: Callable[[], AbstractContextManager[None]] | None

    @property
    def is_quiet(self) -> bool:
        return len(self.steps) == 1 and self.dies == [None] and not self.harm


def _act(address: Address, house: House, turn: _Turn, told: Told) -> None:
    if turn.is_quiet:
        name, step = turn.steps[0]
        told.steps.append(f"{name}: {_lives(house, step)}")
        told.counted["lived"] += 1
        return
    children = [
        start(partial(_alone, address, house.project, step), dies_after=after)
        for (_, step), after in zip(turn.steps, turn.dies, strict=True)
    ]
    with turn.harm() if turn.harm else nullcontext():
        codes = [end(child) for child in children]
    told.counted["disturbed"] += turn.harm is not None
    for code, (name, _), after in zip(codes, turn.steps, turn.dies, strict=True):
        told.steps.append(f"{name} (dies after {after}): {code}")
        told.counted["killed" if code < 0 else "lived"] += 1
        told.counted[f"killed in {name.split()[0]}"] += code < 0


def _lives(house: House, step: Step) -> int | str:
    try:
        step(house)
    except OutputCheckerError as refusal:
        return type(refusal).__name__
    return 0


def _alone(address: Address, project: str, step: Step, fate: Fate) -> None:
    house = House(address, project, fate)
    fate.watch_files(address.folder)
    step(house)


def _choose(house: House, chance: random.Random) -> tuple[str, Step] | None:
    """Something that somebody might do now; a few of them must be refused."""
    found = house.rows(_OPEN)
    unanswered = [name for name in house.asked() if not house.answered(name)]
    if unanswered and (not found or chance.random() < 0.8):
        name = chance.choice(unanswered)
        return f"receive {name[:6]}", partial(_receive, name=name)
    if not found or chance.random() < 0.04:
        house.ask(_submission(house, chance, None))
        return None
    row = chance.choice(found)
    likely = _LIKELY.get(State(row.state), ("again",)) if chance.random() < 0.85 else _ANYTHING
    kind = chance.choice(likely)
    if kind == "again":
        house.ask(_submission(house, chance, row.request_id))
        return None
    if kind == "withdraw":
        return f"withdraw {row.request_id[:6]}", partial(_withdraw, row=row)
    if kind in {"vote", "return"}:
        who = chance.choice((*CHECKERS, AUTHOR))
        vote = chance.choice(_VOTES)
        do = _vote if kind == "vote" else _return
        return f"{kind} {who} {vote}", partial(do, row=row, who=who, vote=vote)
    do = {"release": _release, "publish": _publish, "collect": _collect}[kind]
    return f"{kind} {row.request_id[:6]}", partial(do, row=row)


def _submission(house: House, chance: random.Random, request_id: str | None) -> dict[str, Any]:
    names = chance.sample(["a.csv", "b.csv"], chance.choice((1, 2)))
    for name in names:
        content = f"region,n\nnorth,{chance.randrange(100, 104)}\n"
        (house.home / f"{name}.new").write_text(content)
        (house.home / f"{name}.new").rename(house.home / name)
    return {
        "version": 1,
        "action": chance.choice((*("submit",) * 7, "check")),
        "files": [{"path": name} for name in names],
        "context": "Counts by region",
        "controls": "Rounded to 5",
    } | ({"request_id": request_id} if request_id else {})


def _receive(house: House, *, name: str) -> None:
    receive(house.receiving, project=house.project, username=AUTHOR, manifest_name=name)


def _vote(house: House, *, row: Any, who: str, vote: Vote) -> None:
    said = Vote.RETURN if vote is Vote.REJECT else vote
    with house.uow() as uow:
        files = {file.file_id: said for file in uow.files.of(row.request_id, turn=row.turn)}
    ballot = Ballot(turn=row.turn, vote=vote, comment="looked at it", files=files)
    review(house.uow(), house.clock, request_id=row.request_id, ballot=ballot,
           actor=house.person(who))  # fmt: skip


def _return(house: House, *, row: Any, who: str, vote: Vote) -> None:
    return_early(house.uow(), house.clock, request_id=row.request_id, turn=row.turn,
                 comment="row 3 is small", actor=house.person(who))  # fmt: skip


def _withdraw(house: House, *, row: Any) -> None:
    withdraw(house.uow(), house.clock, request_id=row.request_id, actor=house.person(AUTHOR))


def _release(house: House, *, row: Any) -> None:
    release(house.releasing, request_id=row.request_id)


def _publish(house: House, *, row: Any) -> None:
    publish(house.publishing, request_id=row.request_id)


def _collect(house: House, *, row: Any) -> None:
    where = {"project": house.project, "username": AUTHOR, "request_id": row.request_id}
    links = (house.answers.published(**where) or {}).get("links", [])
    for link in links:
        token = link["address"].rpartition("/")[2]
        open_link(house.uow(), house.store, house.clock, token=token, actor=house.person(AUTHOR))
