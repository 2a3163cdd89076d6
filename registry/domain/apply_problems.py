"""What a project file may not ask for, given what is registered.

The shape of the file has been read already; this is about its meaning.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from registry.domain.apply_plan import Registered, Wanted
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.errors import Problem
from registry.domain.limits import Limits, why_too_much
from registry.domain.project import Project
from registry.domain.references import reference_problems
from registry.domain.view_problems import view_problems, whole_version_problems


def problems(
    registered: Registered, wanted: Wanted, *, today: date, policies: frozenset[str]
) -> tuple[Problem, ...]:
    """Everything that keeps the file from being applied, each with its path."""
    policies |= registered.policies.keys() | {one.name for one in wanted.policies}
    found = [*_people(registered, wanted, today), *_changed_policies(registered, wanted)]
    found += _datasets(registered, wanted, policies)
    if wanted.project is not None:
        found += _project(registered, wanted, wanted.project, today=today, policies=policies)
    return tuple(found)


def _people(registered: Registered, wanted: Wanted, today: date) -> Iterator[Problem]:
    there = registered.organisations.keys() | {one.organisation_id for one in wanted.organisations}
    for entry in wanted.people:
        path = wanted.places.get(("person", entry.person.username), "people")
        named = [("organisation", registered.complete(entry).organisation_id)]
        named += [("organisation_roles", name) for name, _ in sorted(entry.roles or ())]
        for key, name in named:
            if name is not None and name not in there:
                message = f"no organisation is registered as {name}; add it to `organisations`"
                yield Problem(path=f"{path}.{key}", message=message)
        for one in sorted(entry.training or (), key=lambda record: record.course):
            if one.completed_on > today:
                message = f"{one.course} is completed on {one.completed_on}, which is yet to come"
                yield Problem(path=f"{path}.training", message=message)


def _changed_policies(registered: Registered, wanted: Wanted) -> Iterator[Problem]:
    for index, policy in enumerate(wanted.policies):
        if registered.policies.get(policy.name, policy) != policy:
            message = f"{policy.name} is registered with other settings; policies do not change, "
            yield Problem(path=f"policies[{index}]", message=f"{message}so give it a new name")


def _project(
    registered: Registered,
    wanted: Wanted,
    project: Project,
    *,
    today: date,
    policies: frozenset[str],
) -> Iterator[Problem]:
    if project.ends_on < today and not project.is_closed:
        yield Problem(path="project.ends_on", message="is in the past")
    if project.policy not in policies:
        yield _unknown_policy("project.policy", policies)
    yield from _impossible_limits(project.limits)
    people = registered.people.keys() | {entry.person.username for entry in wanted.people}
    for kind, names in (("member", project.members), ("checker", project.checkers)):
        for name in sorted(names - people):
            yield Problem(
                path=wanted.places[kind, name],
                message=f"nobody is registered as {name}; add them to `people`",
            )
    described = dict(registered.datasets) | {one.version_id: one for one in wanted.datasets}
    versions = described.keys()
    for version_id in sorted(project.versions - versions):
        yield Problem(
            path=wanted.places["grant", str(version_id)],
            message=_unknown_version(version_id, versions),
        )
    granted = [described[one] for one in sorted(project.versions & versions)]
    yield from _impossible_grants(wanted, project, described)
    yield from _too_loose(project, granted)
    yield from _impossible_terms(project, granted, people)


def _impossible_grants(
    wanted: Wanted, project: Project, described: Mapping[VersionId, DatasetVersion]
) -> Iterator[Problem]:
    for grant in sorted(project.grants, key=str):
        dataset = described.get(grant.version_id)
        path = wanted.places.get(("grant", str(grant.version_id)), "project.grants")
        if dataset is None:
            continue
        if grant.view is None:
            yield from whole_version_problems(dataset, path=path)
        else:
            yield from view_problems(grant.view, dataset, path=f"{path}.view")


def _too_loose(project: Project, granted: Iterable[DatasetVersion]) -> Iterator[Problem]:
    for dataset in granted:
        if dataset.tier is not None and project.tier.is_looser_than(dataset.tier):
            yield Problem(
                path="project.tier",
                message=f"is {project.tier}, but {dataset.version_id} may be opened in the "
                f"{dataset.tier} tier only",
            )


def _impossible_terms(
    project: Project, granted: Iterable[DatasetVersion], people: AbstractSet[str]
) -> Iterator[Problem]:
    terms = project.release
    named = {name for pair in terms.conflicts for name in (pair.checker, pair.author)}
    named |= terms.override.union(*terms.owners.values())
    for name in sorted(named - people):
        message = f"nobody is registered as {name}; add them to `people`"
        yield Problem(path="project.release", message=message)
    if len(terms.override) == 1:
        message = "names one person; to override takes two, so name more or none"
        yield Problem(path="project.release.override", message=message)
    for name, asked in terms.classes.items():
        if asked.reviews < terms.reviews:
            yield Problem(
                path=f"project.release.classes.{name}.reviews",
                message=f"asks for fewer checkers than the project's {terms.reviews}; a class can "
                "only ask for more",
            )
    for dataset in granted:
        name = dataset.version_id.dataset_id
        if dataset.release.owner_sign_off and not terms.owners.get(name):
            yield Problem(
                path="project.release.owners",
                message=f"must name who signs off for {name}, which asks for it",
            )


def _impossible_limits(limits: Limits) -> Iterator[Problem]:
    for profile in limits.profiles:
        if words := why_too_much(limits, profile, ()):
            yield Problem(
                path=f"project.profiles.{profile.name}",
                message=f"does not fit into the project's quota: {words.split('. ')[0]}",
            )
    if limits.idle.warn_minutes > limits.idle.stop_after_minutes:
        message = "is longer than the time after which an idle workspace is stopped"
        yield Problem(path="project.idle.warn_minutes", message=message)


def _datasets(
    registered: Registered, wanted: Wanted, policies: frozenset[str]
) -> Iterator[Problem]:
    others = dict(registered.datasets)
    for dataset in wanted.datasets:
        path = wanted.places["dataset", str(dataset.version_id)]
        if dataset.policy not in policies:
            yield _unknown_policy(f"{path}: tre.sdc.policy", policies)
        yield from version_problems(dataset, others, path=path)
        yield from reference_problems(dataset, others, path=path)
        others[dataset.version_id] = dataset


def version_problems(
    dataset: DatasetVersion,
    others: Mapping[VersionId, DatasetVersion],
    *,
    path: str,
) -> Iterator[Problem]:
    """Why this version cannot stand beside the others."""
    same = others.get(dataset.version_id)
    if same is not None and same != dataset:
        yield Problem(
            path=path,
            message=f"{dataset.version_id} is registered with other content; a version never "
            "changes, so give this one a new version number",
        )
    for other in others.values():
        if other.version_id != dataset.version_id and _overlap(dataset, other):
            yield Problem(
                path=path,
                message=f"its directory holds or lies in that of {other.version_id}: whoever is "
                "granted one would see both. Give each version a directory of its own",
            )


def _overlap(one: DatasetVersion, other: DatasetVersion) -> bool:
    return one.directory.is_relative_to(other.directory) or other.directory.is_relative_to(
        one.directory
    )


def _unknown_policy(path: str, policies: Iterable[str]) -> Problem:
    known = ", ".join(sorted(policies)) or "none"
    return Problem(path=path, message=f"no disclosure policy has this name; there are: {known}")


def _unknown_version(wanted: VersionId, versions: Iterable[VersionId]) -> str:
    known = [known.version for known in sorted(versions) if known.dataset_id == wanted.dataset_id]
    if not known:
        return f"no dataset is registered as {wanted.dataset_id}"
    return f"{wanted.dataset_id} has no version {wanted.version}; it has: {', '.join(known)}"
