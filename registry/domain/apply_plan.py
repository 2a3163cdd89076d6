"""The difference between what a project file asks for and what is registered.

Pure: the state of the registry comes in as a value, problems and changes come out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final, Self

from registry.domain.apply_change import Change, Sign
from registry.domain.apply_people import organisation_changes, role_changes, training_changes
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.organisation import Organisation, OrganisationRole
from registry.domain.person import Person
from registry.domain.project import Project
from registry.domain.site_policy import SitePolicy
from registry.domain.tier import Tier
from registry.domain.training import Training


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPerson:
    """A person as a file describes them.

    Attributes:
        keeps_organisation: Whom they work for is not said, and stays as it is.
        roles: In organisations; None: not said, they stay as they are.
        training: None: not said, it stays as it is.
    """

    person: Person
    first_password: str | None = None
    keeps_organisation: bool = False
    roles: frozenset[tuple[str, OrganisationRole]] | None = None
    training: frozenset[Training] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A project file, read. `places` maps each part to its path in the file."""

    organisations: tuple[Organisation, ...] = ()
    people: tuple[WantedPerson, ...] = ()
    policies: tuple[SitePolicy, ...] = ()
    datasets: tuple[DatasetVersion, ...] = ()
    project: Project | None = None
    places: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the registry holds now; `roles` and `training` by username."""

    people: Mapping[str, Person]
    with_password: frozenset[str]
    datasets: Mapping[VersionId, DatasetVersion]
    project: Project | None
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    roles: Mapping[str, frozenset[tuple[str, OrganisationRole]]] = field(default_factory=dict)
    training: Mapping[str, frozenset[Training]] = field(default_factory=dict)
    policies: Mapping[str, SitePolicy] = field(default_factory=dict)

    def complete(self, entry: WantedPerson) -> Person:
        """The person with what the file does not say of them, as it is now."""
        before = self.people.get(entry.person.username)
        if before is None or not entry.keeps_organisation:
            return entry.person
        return replace(entry.person, organisation_id=before.organisation_id)

    def after(self, wanted: Wanted) -> Self:
        """What is registered once a file has been applied."""
        people = {one.person.username: self.complete(one) for one in wanted.people}
        roles = {one.person.username: one.roles for one in wanted.people if one.roles is not None}
        training = {
            one.person.username: one.training for one in wanted.people if one.training is not None
        }
        return replace(
            self,
            organisations=dict(self.organisations)
            | {one.organisation_id: one for one in wanted.organisations},
            people=dict(self.people) | people,
            with_password=self.with_password
            | {one.person.username for one in wanted.people if one.first_password is not None},
            roles=dict(self.roles) | roles,
            training=dict(self.training) | training,
            policies=dict(self.policies) | {one.name: one for one in wanted.policies},
            datasets=dict(self.datasets) | {one.version_id: one for one in wanted.datasets},
            project=wanted.project or self.project,
        )


def plan(registered: Registered, wanted: Wanted) -> tuple[Change, ...]:
    """Every change that makes the registry what the file asks for, in the order of the file."""
    return (
        *organisation_changes(registered.organisations, wanted.organisations),
        *_people(registered, wanted),
        *_policies(registered, wanted),
        *_datasets(registered, wanted),
        *(_project(registered.project, wanted.project) if wanted.project else ()),
    )


def _people(registered: Registered, wanted: Wanted) -> Iterator[Change]:
    for entry in wanted.people:
        person = registered.complete(entry)
        name = person.username
        subject = f"person:{name}"
        yield from _person(registered.people.get(name), person)
        if entry.roles is not None:
            yield from role_changes(name, registered.roles.get(name, frozenset()), entry.roles)
        if entry.training is not None:
            held = registered.training.get(name, frozenset())
            yield from training_changes(name, held, entry.training)
        if entry.first_password is not None and name not in registered.with_password:
            words = f"password of {name}"
            yield Change(sign=Sign.ADDED, words=words, event="password_set", subject=subject)


def _person(before: Person | None, person: Person) -> Iterator[Change]:
    name = person.username
    subject = f"person:{name}"
    if before is None:
        words = f"person {name} ({person.display_name}){_roles(person)}"
        words += f", of {person.organisation_id}" if person.organisation_id else ""
        yield Change(sign=Sign.ADDED, words=words, event="person_added", subject=subject)
        return
    for name_of_field, was, now in _differences(before, person):
        yield Change(
            sign=Sign.CHANGED,
            words=f"person {name}: {_spoken(name_of_field)} {was} -> {now}",
            event="person_changed",
            subject=subject,
            details={"field": name_of_field} | _states(name_of_field, was, now),
        )


def _policies(registered: Registered, wanted: Wanted) -> Iterator[Change]:
    for policy in wanted.policies:
        if policy.name not in registered.policies:
            yield Change(
                sign=Sign.ADDED,
                words=f"policy {policy.name}",
                event="policy_added",
                subject=f"policy:{policy.name}",
                details={"sha256": policy.sha256},
            )


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
        yield Change(
            sign=Sign.ADDED,
            words=words,
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
            release=wanted.release,
            is_closed=wanted.is_closed,
        )
    yield from _project_fields(before, wanted)
    yield from _names("member", before.members, wanted.members, wanted.project_id)
    yield from _names("course", before.training, wanted.training, wanted.project_id)
    yield from _names("network", before.networks, wanted.networks, wanted.project_id)
    yield from _names("checker", before.checkers, wanted.checkers, wanted.project_id)
    granted_before = frozenset(map(str, before.grants))
    yield from _names(
        "grant", granted_before, frozenset(map(str, wanted.grants)), wanted.project_id
    )


def _project_fields(before: Project, wanted: Project) -> Iterator[Change]:
    sets = {"members", "checkers", "grants", "training", "networks"}
    for name, was, now in _differences(before, wanted):
        if name in sets:
            continue
        yield Change(
            sign=Sign.CHANGED,
            words=f"project {wanted.project_id}: {_spoken(name)} {was} -> {now}",
            event="project_changed",
            subject=f"project:{wanted.project_id}",
            project_id=wanted.project_id,
            details={"field": name} | _states(name, was, now),
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
            subject = f"{_KINDS.get(what, 'person')}:{name}"
            yield Change(
                sign=sign, words=words, event=event, subject=subject, project_id=project_id
            )


_KINDS: Final = {"grant": "dataset", "course": "course", "network": "network"}


def _differences(before: Any, wanted: Any) -> Iterator[tuple[str, Any, Any]]:
    for one in fields(before):
        was, now = getattr(before, one.name), getattr(wanted, one.name)
        if was != now:
            yield one.name, was, now


def _states(field: str, was: object, now: object) -> dict[str, str]:
    # Names and titles are free text; the ledger keeps dates, flags, tiers and policy names only.
    if isinstance(was, bool | date | Tier) or field in ("policy", "organisation_id"):
        return {"was": str(was), "now": str(now)}
    return {}


def _spoken(field: str) -> str:
    return field.removeprefix("is_").removesuffix("_id").replace("_", " ")


def _roles(person: Person) -> str:
    roles = [
        word for word, has in (("admin", person.is_admin), ("auditor", person.is_auditor)) if has
    ]
    return f", {' and '.join(roles)}" if roles else ""
