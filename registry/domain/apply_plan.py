"""The difference between what a project file asks for and what is registered.

Pure: the state of the registry comes in as a value, problems and changes come out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.person import Person
from registry.domain.project import Project
from registry.domain.tier import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPerson:
    person: Person
    first_password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A project file, read. `places` maps each part to its path in the file."""

    people: tuple[WantedPerson, ...] = ()
    datasets: tuple[DatasetVersion, ...] = ()
    project: Project | None = None
    places: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the registry holds now."""

    people: Mapping[str, Person]
    with_password: frozenset[str]
    datasets: Mapping[VersionId, DatasetVersion]
    project: Project | None


class Sign(StrEnum):
    ADDED = "+"
    CHANGED = "~"
    REMOVED = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: a line of the diff, and a line of the ledger."""

    sign: Sign
    words: str
    event: str
    subject: str
    project_id: str | None = None
    details: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.sign} {self.words}"


def plan(registered: Registered, wanted: Wanted) -> tuple[Change, ...]:
    """Every change that makes the registry what the file asks for, in the order of the file."""
    return (
        *_people(registered, wanted),
        *_datasets(registered, wanted),
        *(_project(registered.project, wanted.project) if wanted.project else ()),
    )


def _people(registered: Registered, wanted: Wanted) -> Iterator[Change]:
    for entry in wanted.people:
        person = entry.person
        name = person.username
        before = registered.people.get(name)
        if before is None:
            words = f"person {name} ({person.display_name}){_roles(person)}"
            yield _change(Sign.ADDED, words, event="person_added", subject=f"person:{name}")
        else:
            for field, was, now in _differences(before, person):
                words = f"person {name}: {_spoken(field)} {was} -> {now}"
                details = {"field": field} | _states(field, was, now)
                yield _change(
                    Sign.CHANGED,
                    words,
                    event="person_changed",
                    subject=f"person:{name}",
                    details=details,
                )
        if entry.first_password is not None and name not in registered.with_password:
            words = f"password of {name}"
            yield _change(Sign.ADDED, words, event="password_set", subject=f"person:{name}")


def _datasets(registered: Registered, wanted: Wanted) -> Iterator[Change]:
    for dataset in wanted.datasets:
        if dataset.version_id not in registered.datasets:
            yield Change(
                sign=Sign.ADDED,
                words=f"dataset {dataset.version_id}",
                event="dataset_added",
                subject=f"dataset:{dataset.version_id}",
                details={"sha256": dataset.sha256},
            )


def _project(before: Project | None, wanted: Project) -> Iterator[Change]:
    if before is None:
        words = f'project {wanted.project_id} "{wanted.title}" until {wanted.ends_on}'
        words += f", {wanted.tier} tier" + (", closed" if wanted.is_closed else "")
        details = {
            "ends_on": str(wanted.ends_on), "policy": wanted.policy, "tier": wanted.tier.value,
            "is_closed": str(wanted.is_closed),
        }  # fmt: skip
        yield _change(
            Sign.ADDED,
            words,
            event="project_added",
            subject=f"project:{wanted.project_id}",
            project_id=wanted.project_id,
            details=details,
        )
        before = Project(
            project_id=wanted.project_id,
            title=wanted.title,
            ends_on=wanted.ends_on,
            policy=wanted.policy,
            tier=wanted.tier,
            limits=wanted.limits,
            is_closed=wanted.is_closed,
        )
    yield from _project_fields(before, wanted)
    yield from _names("member", before.members, wanted.members, wanted.project_id)
    yield from _names("checker", before.checkers, wanted.checkers, wanted.project_id)
    granted_before = frozenset(map(str, before.grants))
    yield from _names(
        "grant", granted_before, frozenset(map(str, wanted.grants)), wanted.project_id
    )


def _project_fields(before: Project, wanted: Project) -> Iterator[Change]:
    sets = {"members", "checkers", "grants"}
    for field, was, now in _differences(before, wanted):
        if field in sets:
            continue
        yield _change(
            Sign.CHANGED,
            f"project {wanted.project_id}: {_spoken(field)} {was} -> {now}",
            event="project_changed",
            subject=f"project:{wanted.project_id}",
            project_id=wanted.project_id,
            details={"field": field} | _states(field, was, now),
        )


def _names(
    what: str, before: frozenset[str], wanted: frozenset[str], project_id: str
) -> Iterator[Change]:
    for sign, names, event in (
        (Sign.REMOVED, before - wanted, f"{what}_removed"),
        (Sign.ADDED, wanted - before, f"{what}_added"),
    ):
        for name in sorted(names):
            words = f"{what} {name} of project {project_id}"
            subject = f"dataset:{name}" if what == "grant" else f"person:{name}"
            yield _change(sign, words, event=event, subject=subject, project_id=project_id)


def _differences(before: Any, wanted: Any) -> Iterator[tuple[str, Any, Any]]:
    for field in fields(before):
        was, now = getattr(before, field.name), getattr(wanted, field.name)
        if was != now:
            yield field.name, was, now


def _states(field: str, was: object, now: object) -> dict[str, str]:
    # Names and titles are free text; the ledger keeps dates, flags, tiers and policy names only.
    if isinstance(was, bool | date | Tier) or field == "policy":
        return {"was": str(was), "now": str(now)}
    return {}


def _spoken(field: str) -> str:
    return field.removeprefix("is_").replace("_", " ")


def _roles(person: Person) -> str:
    roles = [
        word for word, has in (("admin", person.is_admin), ("auditor", person.is_auditor)) if has
    ]
    return f", {' and '.join(roles)}" if roles else ""


def _change(
    sign: Sign,
    words: str,
    *,
    event: str,
    subject: str,
    project_id: str | None = None,
    details: Mapping[str, str] | None = None,
) -> Change:
    return Change(
        sign=sign,
        words=words,
        event=event,
        subject=subject,
        project_id=project_id,
        details=details or {},
    )
