"""Whether what datasets say of each other by their foreign keys can hold."""

from collections.abc import Iterable, Iterator, Mapping

from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.errors import Problem


def reference_problems(
    dataset: DatasetVersion, others: Mapping[VersionId, DatasetVersion], *, path: str
) -> Iterator[Problem]:
    """What is wrong with the foreign keys of a version, beside those that are there.

    Of each other dataset the version with the highest number counts. A dataset that is not there
    yet may be referred to: it can come later.
    """
    latest = _latest(others.values())
    dataset_id = dataset.version_id.dataset_id
    latest[dataset_id] = dataset
    for index, key in enumerate(dataset.entry.foreign_keys):
        referred = latest.get(key.dataset_id) if key.dataset_id else None
        if referred is None:
            continue
        place = f"{path}: resources[0].schema.foreignKeys[{index}].reference"
        known = {field.name for field in referred.fields}
        for name in key.referred:
            if name not in known:
                message = f"{name} is no field of {referred.version_id}"
                yield Problem(path=f"{place}.fields", message=message)
        if key.dataset_id and (way := _way(key.dataset_id, dataset_id, latest)):
            message = f"makes a circle: {' -> '.join((dataset_id, *way))}"
            yield Problem(path=f"{place}.resource", message=message)


def _latest(versions: Iterable[DatasetVersion]) -> dict[str, DatasetVersion]:
    return {
        one.version_id.dataset_id: one for one in sorted(versions, key=lambda one: one.version_id)
    }


def _way(start: str, end: str, latest: Mapping[str, DatasetVersion]) -> list[str]:
    """A way from one dataset to another along foreign keys; empty where there is none."""
    came_from: dict[str, str | None] = {start: None}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            break
        for following in _referred(latest.get(here)):
            if following not in came_from:
                came_from[following] = here
                waiting.append(following)
    if end not in came_from:
        return []
    way = [end]
    while (before := came_from[way[-1]]) is not None:
        way.append(before)
    return way[::-1]


def _referred(dataset: DatasetVersion | None) -> Iterator[str]:
    for key in dataset.entry.foreign_keys if dataset else ():
        if key.dataset_id:
            yield key.dataset_id
