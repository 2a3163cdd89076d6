"""What files change of organisations, of what people do for them, and of what they were taught."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from registry.domain.apply_change import Change, Sign
from registry.domain.organisation import BOARD_QUORUM, Organisation, OrganisationRole
from registry.domain.training import Training


def organisation_changes(
    before: Mapping[str, Organisation], wanted: Iterable[Organisation]
) -> Iterator[Change]:
    for one in wanted:
        name = one.organisation_id
        was = before.get(name)
        if was == one:
            continue
        subject = f"organisation:{name}"
        if was is None:
            yield Change(
                sign=Sign.ADDED,
                words=f"organisation {name} ({one.title}), {_kind(one)}{_quorum(one)}",
                event="organisation_added",
                subject=subject,
                details={"kind": one.kind.value},
            )
            continue
        yield Change(
            sign=Sign.CHANGED,
            words=f"organisation {name}: {_words(was)} -> {_words(one)}",
            event="organisation_changed",
            subject=subject,
            details={
                "was": was.kind.value,
                "now": one.kind.value,
                "was_quorum": str(was.board_quorum),
                "now_quorum": str(one.board_quorum),
            },
        )


def role_changes(
    username: str,
    before: AbstractSet[tuple[str, OrganisationRole]],
    wanted: AbstractSet[tuple[str, OrganisationRole]],
) -> Iterator[Change]:
    for sign, pairs, event in (
        (Sign.REMOVED, before - wanted, "organisation_role_removed"),
        (Sign.ADDED, wanted - before, "organisation_role_added"),
    ):
        for organisation_id, role in sorted(pairs):
            yield Change(
                sign=sign,
                words=f"role {role} of {username} in {organisation_id}",
                event=event,
                subject=f"person:{username}",
                details={"organisation": organisation_id, "role": role.value},
            )


def training_changes(
    username: str, before: AbstractSet[Training], wanted: AbstractSet[Training]
) -> Iterator[Change]:
    kept = {one.course for one in wanted}
    gone = {one for one in before if one.course not in kept}
    for sign, records, event in (
        (Sign.REMOVED, gone, "training_removed"),
        (Sign.ADDED, wanted - before, "training_recorded"),
    ):
        for one in sorted(records, key=lambda record: record.course):
            yield Change(
                sign=sign,
                words=f"training {one.course} of {username}, {one.completed_on} to "
                f"{one.expires_on}",
                event=event,
                subject=f"person:{username}",
                details={
                    "course": one.course,
                    "completed_on": str(one.completed_on),
                    "expires_on": str(one.expires_on),
                },
            )


def _words(organisation: Organisation) -> str:
    return f"{organisation.title}, {_kind(organisation)}{_quorum(organisation)}"


def _quorum(organisation: Organisation) -> str:
    votes = organisation.board_quorum
    return "" if votes == BOARD_QUORUM else f", {votes} votes of its board"


def _kind(organisation: Organisation) -> str:
    return organisation.kind.value.replace("_", " ")
