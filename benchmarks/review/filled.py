"""A database of an installation that has run for years: projects, people, requests, ledger.

Everything is made by a seed. Rows are copied in as PostgreSQL takes them; the ledger's lines are
sealed by Haven's own rule, so that they verify.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from output_checker.domain.ledger import EMPTY, LedgerHead, seal
from output_checker.domain.output_file import OutputFile, snapshot_sha256

SEED: Final = 20_261_124
NOW: Final = datetime.now(UTC).replace(microsecond=0)
_DAYS: Final = 1_000
_IN_REVIEW: Final = 0.01
_STATES: Final = ("released", "released", "released", "rejected", "withdrawn", "expired")
_EVENTS: Final = ("request.submitted", "file.viewed", "request.viewed", "vote.cast", "link.used")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is; `checks` is the number of projects of a checker."""

    projects: int = 100
    researchers: int = 300
    checkers: int = 50
    checks: int = 10
    requests: int = 100_000
    lines: int = 1_000_000


def project_id(number: int) -> str:
    return f"project-{number:03d}"


def checker(number: int) -> str:
    return f"checker-{number:02d}"


def fill(owner_url: str, size: Size) -> None:
    """Fill a migrated, empty database. `owner_url` is libpq's, as the owner of the tables."""
    chance = random.Random(SEED)
    with psycopg.connect(owner_url) as connection:
        _people(connection, size)
        _projects(connection, size, chance)
        _requests(connection, size, chance)
        _ledger(connection, size, chance)
        connection.commit()
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _people(connection: psycopg.Connection, size: Size) -> None:
    names = [checker(number) for number in range(size.checkers)]
    names += [_researcher(number) for number in range(size.researchers)]
    names.append("auditor")
    _copy(
        connection,
        "person (username, display_name, is_admin, is_auditor, is_active, created_at)",
        ((name, name.title(), False, name == "auditor", True, NOW) for name in names),
    )


def _researcher(number: int) -> str:
    return f"researcher-{number:03d}"


def _projects(connection: psycopg.Connection, size: Size, chance: random.Random) -> None:
    ends_on = (NOW + timedelta(days=300)).date()
    _copy(
        connection,
        "project (project_id, title, ends_on, policy, tier, limits, release, is_closed,"
        " created_at)",
        (
            (project_id(number), f"Project {number}", ends_on, "sacro-10", "browser", Jsonb({}),
             Jsonb({}), False, NOW)
            for number in range(size.projects)
        ),
    )  # fmt: skip
    _copy(
        connection,
        "project_member (project_id, username)",
        (
            (project_id(number % size.projects), _researcher(number))
            for number in range(size.researchers)
        ),
    )
    _copy(
        connection,
        "project_checker (project_id, username)",
        (
            (project_id(place), checker(number))
            for number in range(size.checkers)
            for place in sorted(chance.sample(range(size.projects), size.checks))
        ),
    )


def _requests(connection: psycopg.Connection, size: Size, chance: random.Random) -> None:
    made = [_request(number, size, chance) for number in range(size.requests)]
    _copy(
        connection,
        "release_request (request_id, project_id, author, policy, state, version, turn, groups,"
        " recipients, verdict, snapshot_sha256, required_reviews, message, due_at, created_at,"
        " updated_at)",
        (row for row, _ in made),
    )
    _copy(
        connection,
        "output_file (file_id, request_id, turn, position, name, sha256, size_bytes, verdict,"
        " findings, previews)",
        (_file_row(file) for _, files in made for file in files),
    )
    _copy(
        connection,
        "review (request_id, turn, checker, revision, vote, comment, snapshot_sha256, at, files,"
        " is_blind)",
        (row for request, files in made for row in _reviews(request, files, size, chance)),
    )


def _request(number: int, size: Size, chance: random.Random) -> tuple[list[Any], list[OutputFile]]:
    identifier = f"{number:032x}"
    is_waiting = number >= size.requests * (1 - _IN_REVIEW)
    researcher = chance.randrange(size.researchers)
    at = NOW - timedelta(days=_DAYS * (1 - number / size.requests), seconds=chance.random())
    files = [_file(identifier, position, chance) for position in range(2)]
    row = [
        identifier, project_id(researcher % size.projects), _researcher(researcher), "sacro-10",
        "review" if is_waiting else chance.choice(_STATES), 3, 1,
        Jsonb([{"name": "files", "context": "Mean pay by region", "controls": "Rounded to 5"}]),
        Jsonb([_researcher(researcher)]), "review", snapshot_sha256(files), 2, "",
        at + timedelta(days=7), at, at,
    ]  # fmt: skip
    return row, files


def _file(request_id: str, position: int, chance: random.Random) -> OutputFile:
    rows = [[f"region {row}", str(chance.randrange(1_000))] for row in range(20)]
    return OutputFile(
        file_id=f"{request_id}{position:02x}",
        request_id=request_id,
        turn=1,
        position=position,
        name=f"table-{position}.csv",
        sha256=f"{chance.getrandbits(256):064x}",
        size_bytes=chance.randrange(100, 100_000),
        verdict="review",
        findings=(
            {
                "rule": "undeclared", "verdict": "review", "cell": None, "where": "table",
                "reason": "Nobody said how this table was made", "position": [1, 1],
            },
        ),
        previews=({"kind": "table", "header": ["region", "n"], "rows": rows, "total_rows": 20},),
    )  # fmt: skip


def _file_row(file: OutputFile) -> list[Any]:
    return [
        file.file_id, file.request_id, file.turn, file.position, file.name, file.sha256,
        file.size_bytes, file.verdict, Jsonb(list(file.findings)), Jsonb(list(file.previews)),
    ]  # fmt: skip


def _reviews(
    request: list[Any], files: list[OutputFile], size: Size, chance: random.Random
) -> Iterator[list[Any]]:
    identifier, state, snapshot, at = request[0], request[4], request[10], request[15]
    voters = 2 if state in {"released", "rejected"} else chance.randrange(2)
    vote = "reject" if state == "rejected" else "approve"
    said = {one.file_id: {"vote": vote, "sha256": one.sha256} for one in files}
    for number in chance.sample(range(size.checkers), voters):
        yield [
            identifier, 1, checker(number), 0, vote, "", snapshot, at + timedelta(hours=9),
            Jsonb(said), True,
        ]  # fmt: skip


def _ledger(connection: psycopg.Connection, size: Size, chance: random.Random) -> None:
    _copy(
        connection,
        "ledger (seq, at, actor, event, subject, project, details, previous_hash, entry_hash)",
        _lines(size, chance),
    )


def _lines(size: Size, chance: random.Random) -> Iterator[list[Any]]:
    head: LedgerHead = EMPTY
    for number in range(size.lines):
        request = chance.randrange(size.requests)
        entry = seal(
            head,
            at=NOW - timedelta(days=_DAYS * (1 - number / size.lines)),
            actor=checker(chance.randrange(size.checkers)),
            event=chance.choice(_EVENTS),
            subject=f"request:{request:032x}",
            project=project_id(chance.randrange(size.projects)),
            details={"request": f"{request:032x}", "turn": 1},
        )
        head = LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)
        yield [
            entry.seq, entry.at, entry.actor, entry.event, entry.subject, entry.project,
            Jsonb(dict(entry.details)), entry.previous_hash, entry.entry_hash,
        ]  # fmt: skip


def _copy(connection: psycopg.Connection, target: str, rows: Iterable[Iterable[Any]]) -> None:
    columns = target.partition("(")[2].rstrip(")")
    table = target.partition(" ")[0]
    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # type: ignore[arg-type]
        for row in rows:
            copy.write_row(list(row))
