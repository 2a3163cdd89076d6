"""Hold the store against the ledger: everything released is there, locked, and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from output_checker.application.ports import Clock, Release, UnitOfWork
from output_checker.application.store_ports import SealedStore
from output_checker.domain.actor import WORKER
from output_checker.domain.errors import IntegrityLost, StoreDoesNotLock
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.ledger_seal import PREFIX
from output_checker.domain.notice import Notice, NoticeKind
from output_checker.domain.release_record import record_key, sealed_files, signature_key

MISMATCH = "store.mismatch"
RECONCILED = "store.reconciled"


class Wrong(StrEnum):
    MISSING_OR_CHANGED = "missing or changed"
    NOT_LOCKED = "not locked"
    UNKNOWN = "nobody released it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """Attributes: `request_id` is empty for an object that belongs to none."""

    key: str
    wrong: Wrong
    request_id: str = ""
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    releases: int
    objects: int
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """One object that a release put there."""

    key: str
    sha256: str
    release: Release
    project_id: str


def reconcile(
    unit_of_work: Callable[[], UnitOfWork], store: SealedStore, clock: Clock
) -> Reconciled:
    """Look at every object of every release, and for objects of none; write down what is wrong.

    Raises:
        DependencyUnavailable: Database or store did not answer; nothing is written down.
    """
    # What is in the store first: a release that ends meanwhile has put its objects before.
    there = {key for key in store.object_keys() if not key.startswith(PREFIX)}
    now = clock.now()
    with unit_of_work() as uow:
        known = [one for release in uow.releases.all() for one in _expected(uow, release)]
    sealed = [one for one in known if one.release.released_at and one.release.retain_until > now]
    found = [
        *filter(None, (_look(store, one) for one in sealed)),
        *(
            Mismatch(key=key, wrong=Wrong.UNKNOWN)
            for key in sorted(there - {one.key for one in known})
        ),
    ]
    outcome = Reconciled(
        releases=len({one.release.request_id for one in sealed}),
        objects=len(sealed),
        mismatches=tuple(found),
    )
    _write_down(unit_of_work(), clock, outcome)
    return outcome


def _expected(uow: UnitOfWork, release: Release) -> Iterator[_Expected]:
    """What its record names, the record and its signature."""
    project = uow.requests.get(release.request_id, visible_to=WORKER).project_id
    place = (project, release.request_id, release.record_sha256)
    objects = {record_key(*place): release.record_sha256, **sealed_files(release.record)}
    if release.signature:
        objects[signature_key(*place)] = sha256_hex(release.signature)
    for key, sha256 in objects.items():
        yield _Expected(key=key, sha256=sha256, release=release, project_id=project)


def _look(store: SealedStore, one: _Expected) -> Mismatch | None:
    wrong = None
    try:
        store.get(one.key, sha256=one.sha256)
        store.require_lock(one.key, one.release.retain_until)
    except IntegrityLost:
        wrong = Wrong.MISSING_OR_CHANGED
    except StoreDoesNotLock:
        wrong = Wrong.NOT_LOCKED
    if wrong is None:
        return None
    return Mismatch(
        key=one.key, wrong=wrong, request_id=one.release.request_id, project_id=one.project_id
    )


def _write_down(uow: UnitOfWork, clock: Clock, outcome: Reconciled) -> None:
    with uow:
        for one in outcome.mismatches:
            uow.ledger.append(
                at=clock.now(),
                actor=WORKER.username,
                event=MISMATCH,
                subject=f"request:{one.request_id}" if one.request_id else "store",
                project=one.project_id,
                details={"object": sha256_hex(one.key.encode()), "wrong": one.wrong.value},
            )
        _tell_admins(uow, clock.now(), outcome)
        uow.ledger.append(
            at=clock.now(),
            actor=WORKER.username,
            event=RECONCILED,
            subject="store",
            project=None,
            details={
                "releases": outcome.releases,
                "objects": outcome.objects,
                "mismatches": len(outcome.mismatches),
            },
        )
        uow.commit()


def _tell_admins(uow: UnitOfWork, at: datetime, outcome: Reconciled) -> None:
    for name in uow.registry.admins() if outcome.mismatches else ():
        uow.notices.add(
            Notice(
                recipient=name,
                kind=NoticeKind.STORE_MISMATCH,
                occasion=f"store/{at.isoformat()}",
                at=at,
            )
        )
