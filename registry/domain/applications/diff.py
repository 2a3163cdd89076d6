"""What changed between two submissions, question by question and column by column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from registry.domain.applications.asked import AskedDataset, stored_asked
from registry.domain.applications.form import QUESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Attributes: `place` as problems name it; `was` and `now` are empty where nothing was."""

    place: str
    title: str
    was: str
    now: str


def differences(
    was: tuple[Mapping[str, str], Sequence[AskedDataset]],
    now: tuple[Mapping[str, str], Sequence[AskedDataset]],
) -> tuple[Difference, ...]:
    """Of answers and datasets, in the form's order and then by dataset and column."""
    return (*_answers(was[0], now[0]), *_datasets(was[1], now[1]))


def _answers(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
    for key, question in QUESTIONS.items():
        before, after = was.get(key, "").strip(), now.get(key, "").strip()
        if before != after:
            yield Difference(place=key, title=question.title, was=before, now=after)


def _datasets(was: Sequence[AskedDataset], now: Sequence[AskedDataset]) -> Iterator[Difference]:
    before, after = _spelled(was), _spelled(now)
    for place in sorted(before.keys() | after.keys()):
        one, other = before.get(place, ""), after.get(place, "")
        if one != other:
            yield Difference(place=f"data.{place}", title=place, was=one, now=other)


def _spelled(datasets: Sequence[AskedDataset]) -> dict[str, str]:
    """Place to words: a dataset's version and rows, and each of its columns."""
    found = {}
    for asked in datasets:
        name = asked.version_id.dataset_id
        stored = stored_asked(asked)
        found[name] = f"version {asked.version_id.version}"
        if asked.where:
            found[f"{name}.rows"] = "; ".join(one.words for one in asked.where)
        if asked.sample != 1.0:
            found[f"{name}.sample"] = f"{asked.sample * 100:g} per cent of the people"
        for column in stored["columns"]:
            how = ", ".join(f"{key} {value}" for key, value in column["transform"].items())
            words = f"{column['source']}: {how}"
            if column["justification"]:
                words += f" ({column['justification']})"
            found[f"{name}.{column['name']}"] = words
        for alternative, code in stored["published"].items():
            found[f"{name}.published.{alternative}"] = code
    return found
