"""What a column of a table may be, and the question that each of these asks of the source."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.measures import Named, named, split_name
from output_checker.disclosure.evidence.printed import PrintedTable
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import Rounding

MAX_CANDIDATES: Final = 80
# What a column that bears only the name of a variable may be.
_LIKELY: Final = (
    Statistic.MEAN, Statistic.SUM, Statistic.COUNT, Statistic.MEDIAN, Statistic.STD,
    Statistic.MIN, Statistic.MAX, Statistic.NUNIQUE, Statistic.VAR,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A way to read a table: what spans it, and which rows it rests on.

    Attributes:
        hints: Variables that columns before were about.
        is_over: Whether there is no time left to look for what a column is.
    """

    printed: PrintedTable
    dimensions: tuple[Dimension, ...]
    where: tuple[Condition, ...] = ()
    weight: str | None = None
    roundings: tuple[Rounding, ...] = ()
    depth: int = 2
    hints: list[str] = field(default_factory=list)
    is_over: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a column of numbers may be."""

    what: Named
    variable: str | None = None
    of: frozenset[int] = frozenset()
    denominator: str | None = None
    per: float = 1.0


COUNT: Final = Candidate(what=Named(Statistic.COUNT))


def candidates(records: Records, reading: Reading, name: str) -> Iterator[Candidate]:
    """What a column may be, likeliest first, at most `MAX_CANDIDATES`."""
    taken = {one.column for one in reading.dimensions}
    columns = [column for column in records.types if column not in taken]
    found = [*_candidates(name, columns, reading)]
    yield from found[:MAX_CANDIDATES]
    # A heading may say anything; small counts are small under every name.
    if found and COUNT not in found:
        yield COUNT


def _candidates(name: str, columns: Sequence[str], reading: Reading) -> Iterator[Candidate]:
    what = named(name)
    if split := split_name(name, columns):
        yield from _as_named(split[0], [split[1]], reading)
        return
    if name in columns:
        yield from (Candidate(what=Named(one), variable=name) for one in _LIKELY)
        return
    if what is not None:
        order = dict.fromkeys([*reading.hints, *columns])
        yield from _as_named(what, list(order), reading)


def _as_named(what: Named, columns: Sequence[str], reading: Reading) -> Iterator[Candidate]:
    if what.statistic is Statistic.COUNT:
        yield Candidate(what=what)
        yield from (Candidate(what=what, variable=one) for one in dict.fromkeys(reading.hints))
        yield from (Candidate(what=what, variable=one) for one in columns if len(columns) == 1)
        return
    if what.statistic is Statistic.SHARE:
        width = len(reading.dimensions)
        for of in [frozenset[int](), *(frozenset({place}) for place in range(width)),
                   *(frozenset(range(width)) - {place} for place in range(width))]:  # fmt: skip
            yield Candidate(what=what, of=of)
        return
    if what.statistic is not Statistic.RATIO:
        yield from (Candidate(what=what, variable=one) for one in columns)


def question_for(records: Records, reading: Reading, candidate: Candidate) -> Question:
    """Raises: BadSpec, where the statistic needs another kind of variable."""
    statistic, variable = candidate.what.statistic, candidate.variable
    if variable is None and statistic not in (Statistic.COUNT, Statistic.SHARE):
        raise BadSpec(f"{statistic.value} needs a column in `values`")
    is_number = variable is None or records.is_numeric(variable)
    if not is_number and (statistic.needs_numbers or statistic is Statistic.SHARE):
        raise BadSpec(f"column {variable!r} is not a number; {statistic.value} needs one")
    if statistic is Statistic.RATIO and candidate.denominator is None:
        raise BadSpec("a ratio needs a column in `denominator`")
    for name in (candidate.denominator, reading.weight):
        if name is not None and not records.is_numeric(name):
            raise BadSpec(f"column {name!r} is not a number")
    weighted = (Statistic.COUNT, Statistic.SUM, Statistic.MEAN, Statistic.SHARE, Statistic.RATIO)
    if reading.weight is not None and statistic not in weighted:
        raise BadSpec(f"{statistic.value} with weights cannot be checked")
    return Question(
        dimensions=reading.dimensions,
        statistic=statistic,
        variable=variable,
        is_number=is_number,
        level=candidate.what.level,
        weight=reading.weight,
        where=reading.where,
        depth=reading.depth,
        of=candidate.of,
        denominator=candidate.denominator,
        per=candidate.per,
    )


def filtered(reading: Reading, condition: Condition) -> Reading:
    return replace(reading, where=(*reading.where, condition), hints=[*reading.hints])
