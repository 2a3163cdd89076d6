"""What an approval gives: the project that follows from an application and its conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.domain.applications.application import Application
from registry.domain.applications.asked import AskedDataset
from registry.domain.applications.decision import Condition, Decision, Enforced
from registry.domain.applications.errors import NotNow
from registry.domain.applications.problems import day_of, lines_of
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.grant import Grant
from registry.domain.project import Project
from registry.domain.release_terms import DEFAULT_TERMS
from registry.domain.tier import DEFAULT_TIER, Tier, strictest
from registry.domain.view_spec import ViewSpec, stored_view, view_from_stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a project is to be; all of it follows from the application and the decision.

    Attributes:
        checks: How many different checkers must approve an output, at least.
        policy: Named by a condition; empty: that of the first dataset.
    """

    project_id: str
    title: str
    ends_on: date
    policy: str
    tier: Tier
    checks: int
    members: frozenset[str]
    checkers: frozenset[str]
    grants: frozenset[Grant]


def terms_of(
    application: Application, decision: Decision, datasets: Mapping[VersionId, DatasetVersion]
) -> Terms:
    """What this decision gives.

    Raises:
        NotNow: It asks for something that is not there, or the conditions leave nothing.
    """
    end = day_of(application.answers, "about.end")
    if end is None or not application.datasets:
        raise NotNow("Without a last day and a dataset there is nothing to give")
    of = [datasets[one.version_id] for one in application.datasets]
    conditions = decision.conditions
    ends = [date.fromisoformat(one) for one in _values(conditions, Enforced.ENDS_ON)]
    tiers = [Tier(one) for one in _values(conditions, Enforced.TIER)]
    policies = _values(conditions, Enforced.POLICY)
    if len(set(policies)) > 1:
        raise NotNow("Conditions name more than one policy")
    checks = [int(one) for one in _values(conditions, Enforced.CHECKERS)]
    loosest = Tier.BROWSER if Tier.BROWSER in tiers else DEFAULT_TIER
    return Terms(
        project_id=application.answers["about.project_id"].strip(),
        title=application.title,
        ends_on=min([end, *ends]),
        policy=policies[0] if policies else of[0].policy,
        tier=strictest(loosest, [*tiers, *(dataset.tier for dataset in of)]),
        checks=max([DEFAULT_TERMS.reviews, *checks, *(dataset.release.reviews for dataset in of)]),
        members=frozenset(lines_of(application.answers, "people.members")),
        checkers=decision.checkers,
        grants=frozenset(_grant(one, conditions) for one in application.datasets),
    )


def project_of(
    terms: Terms, before: Project | None, owners: Mapping[str, frozenset[str]]
) -> Project:
    """The project as it shall be; what nothing here speaks of stays as it is.

    Args:
        terms: What was decided.
        before: The project as it is, if this application made it before.
        owners: For each dataset that asks for a sign-off, who signs.
    """
    release = before.release if before else DEFAULT_TERMS
    release = replace(
        release,
        reviews=terms.checks,
        owners={**release.owners, **owners},
        classes={
            name: replace(one, reviews=max(one.reviews, terms.checks))
            for name, one in release.classes.items()
        },
    )
    begun = before or Project(
        project_id=terms.project_id, title="", ends_on=terms.ends_on, policy=terms.policy
    )
    return replace(
        begun,
        title=terms.title,
        ends_on=terms.ends_on,
        policy=terms.policy,
        tier=terms.tier,
        release=release,
        is_closed=False,
        members=terms.members,
        checkers=terms.checkers,
        grants=terms.grants,
    )


def stored_terms(terms: Terms) -> dict[str, Any]:
    """As JSON, in the event that puts them in force."""
    return {
        "project_id": terms.project_id,
        "ends_on": str(terms.ends_on),
        "policy": terms.policy,
        "tier": terms.tier.value,
        "checks": terms.checks,
        "members": sorted(terms.members),
        "checkers": sorted(terms.checkers),
        "grants": [stored_grant(one) for one in sorted(terms.grants, key=str)],
    }


def stored_grant(grant: Grant) -> dict[str, Any]:
    return {
        "dataset_id": grant.version_id.dataset_id,
        "version": grant.version_id.version,
        "view": stored_view(grant.view) if grant.view else None,
    }


def grant_from_stored(stored: Mapping[str, Any]) -> Grant:
    view = stored["view"]
    return Grant(
        version_id=VersionId(dataset_id=stored["dataset_id"], version=stored["version"]),
        view=view_from_stored(view) if view else None,
    )


def _grant(asked: AskedDataset, conditions: tuple[Condition, ...]) -> Grant:
    name = asked.version_id.dataset_id
    without = {
        column
        for dataset_id, _, column in (
            one.partition(".") for one in _values(conditions, Enforced.WITHOUT_COLUMN)
        )
        if dataset_id == name
    }
    view = asked.view
    unknown = without - {column.name for column in view.columns}
    if unknown:
        raise NotNow(f"A condition leaves out what {name} is not asked for: {len(unknown)}")
    columns = tuple(column for column in view.columns if column.name not in without)
    if not columns:
        raise NotNow(f"The conditions leave no column of {name}")
    return Grant(
        version_id=asked.version_id,
        view=ViewSpec(columns=columns, where=view.where, sample=view.sample),
    )


def _values(conditions: tuple[Condition, ...], kind: Enforced) -> list[str]:
    return [one.value for one in conditions if one.enforced is kind]
