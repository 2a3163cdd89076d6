"""What must hold after any history, asked of the database, the store and the workspace alone."""

from collections import Counter
from functools import partial
from typing import Any

from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.workflow import WORKFLOW, Action, State
from tests.histories.house import AUTHOR, House
from tests.waiting import eventually

_STEPS = """
    SELECT subject, event, details->>'was' AS was, details->>'now' AS now FROM ledger
    WHERE project = :project AND details ? 'was' ORDER BY seq
"""
_APPROVALS = """
    SELECT f.file_id, f.sha256, f.name, q.request_id, q.project_id, (
        SELECT count(DISTINCT r.checker) FROM review r
        WHERE r.request_id = q.request_id AND r.turn = q.turn AND r.vote = 'approve'
          AND r.checker <> q.author AND r.snapshot_sha256 = q.snapshot_sha256
          AND r.files->f.file_id->>'vote' = 'approve'
          AND r.files->f.file_id->>'sha256' = f.sha256
    ) AS approvals
    FROM output_file f JOIN release_request q USING (request_id)
    WHERE q.project_id = :project AND f.turn = q.turn AND q.state = 'released'
"""


def keep(house: House) -> Counter[str]:
    """Check each promise. Returns: how many requests ended in which state."""
    requests = house.rows("SELECT * FROM release_request WHERE project_id = :project")
    _nothing_is_lost(house)
    _steps_are_those_of_the_workflow(house, requests)
    _what_is_released_was_reviewed(house, requests)
    _a_release_is_one(house, requests)
    return Counter(row.state for row in requests)


def _nothing_is_lost(house: House) -> None:
    missing = [name for name in house.asked() if not house.answered(name)]
    assert not missing, f"{len(missing)} manifests were never answered"


def _steps_are_those_of_the_workflow(house: House, requests: list[Any]) -> None:
    states: dict[str, str] = {}
    for step in house.rows(_STEPS):
        action = step.event.partition(".")[2]
        was = states.get(step.subject, State.CHECKING.value)
        assert step.was == was, f"{step.event} began in {step.was}, not in {was}"
        taken = WORKFLOW.get((State(step.was), Action(action)))
        assert taken is not None, f"{step.event} is no step from {step.was}"
        assert taken.to == step.now, f"{step.event} led to {step.now}"
        states[step.subject] = step.now
    for row in requests:
        ends_in = states.get(f"request:{row.request_id}", State.CHECKING.value)
        assert ends_in == row.state, f"the ledger ends in {ends_in}, the request in {row.state}"


def _what_is_released_was_reviewed(house: House, requests: list[Any]) -> None:
    allowed = set()
    for file in house.rows(_APPROVALS):
        assert file.approvals >= 2, f"released with {file.approvals} approvals"
        allowed.add(f"{file.project_id}/{file.request_id}/{file.sha256}/{file.name}")
    stored = [key for key in house.store.object_keys() if key.startswith(f"{house.project}/")]
    papers = {key for key in stored if "ro-crate" in key}
    decided = {row.request_id: row for row in house.rows(
        "SELECT r.* FROM release r JOIN release_request q USING (request_id)"
        " WHERE q.project_id = :project")}  # fmt: skip
    # A release that was decided and then refused may have begun to put what was reviewed.
    released = {row.request_id for row in requests if row.state == State.RELEASED}
    assert {key.split("/")[1] for key in stored} <= set(decided), "the store holds the undecided"
    of_released = {key for key in stored if key.split("/")[1] in released}
    assert of_released - papers == allowed, "the store holds other files than were reviewed"
    for key in of_released - papers:
        # A store that was just started again does not have all of its volumes yet.
        eventually(partial(_is_whole, house, key))


def _is_whole(house: House, key: str) -> bool:
    sha256 = key.split("/")[2]
    try:
        return sha256_hex(house.store.get(key, sha256=sha256)) == sha256
    except DependencyUnavailable:
        return False


def _a_release_is_one(house: House, requests: list[Any]) -> None:
    released = {row.request_id for row in requests if row.state == State.RELEASED}
    counted = Counter(
        step.subject for step in house.rows(_STEPS) if step.event == "request.release"
    )
    assert counted == Counter(f"request:{one}" for one in released), "released twice, or never"
    links = house.rows(
        "SELECT request_id, file_id, recipient, downloads FROM link WHERE project_id = :project"
    )
    assert {link.request_id for link in links} == released, "links without a release"
    pairs = Counter((link.file_id, link.recipient) for link in links)
    assert all(count == 1 for count in pairs.values()), "two links for one file and person"
    collected = house.rows(
        "SELECT subject FROM ledger WHERE project = :project AND event = 'file.collected'"
    )
    downloads = sum(link.downloads for link in links)
    words = f"{downloads} files were collected, {len(collected)} of them as the ledger has it"
    assert downloads == len(collected), words
    assert {link.recipient for link in links} <= {AUTHOR}
