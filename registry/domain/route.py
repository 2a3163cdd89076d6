"""The way to a dataset: what to look at first, who decides, and in which order."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from registry.domain.dataset import DatasetVersion


class StepKind(StrEnum):
    PUBLISHED = "published"
    GATEWAY = "gateway"
    APPLY = "apply"
    OWNER = "owner"
    PROTECTION = "protection"
    BOARD = "board"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Attributes: `who` are the ids of who acts, or of what is chosen from, in it."""

    kind: StepKind
    who: tuple[str, ...] = ()


def route(dataset: DatasetVersion) -> tuple[Step, ...]:
    """The steps, the first one first; those of one number of deciders run side by side."""
    return tuple(_steps(dataset))


def _steps(dataset: DatasetVersion) -> Iterator[Step]:
    entry = dataset.entry
    if entry.published_alternatives:
        yield Step(
            kind=StepKind.PUBLISHED,
            who=tuple(one.title or one.alternative_id for one in entry.published_alternatives),
        )
    yield Step(kind=StepKind.GATEWAY, who=entry.gateways)
    yield Step(kind=StepKind.APPLY)
    # Each owner must agree; where none is named, the publisher decides.
    yield Step(kind=StepKind.OWNER, who=entry.owners or (dataset.publisher,))
    if any(field.category for field in dataset.fields):
        yield Step(kind=StepKind.PROTECTION)
    if entry.boards:
        yield Step(kind=StepKind.BOARD, who=entry.boards)
    yield Step(kind=StepKind.WORKSPACE)
