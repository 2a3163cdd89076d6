"""Hold each new table against the others of its request and what was released before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np

from output_checker.disclosure.differencing import together
from output_checker.disclosure.differencing.evidence import evidence_of
from output_checker.disclosure.differencing.partition import (
    Joint,
    Remainder,
    crossed,
    levels,
    remainders,
)
from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.differencing.record_sets import (
    NONE,
    RecordSets,
    TooManyCells,
)
from output_checker.disclosure.differencing.sides import Side
from output_checker.disclosure.differencing.subjects import Difference
from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.measured import holding_sql, unit_sql
from output_checker.disclosure.evidence.question import TOTAL, Key
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.differencing import RULE
from output_checker.disclosure.suppression.states import State

MOST_LISTED: Final = 50
_SUMS: Final = frozenset({Statistic.SUM, Statistic.MEAN})


def compare(
    new: Sequence[Published],
    earlier: Sequence[Published],
    datasets: Sequence[Dataset],
    policy: Policy,
) -> Iterator[tuple[str, Finding]]:
    """What a new table tells together with another one: its file's name, and each finding."""
    for data in datasets:
        mine = [one for one in new if one.source == data.source.name]
        before = [one for one in earlier if one.source == data.source.name]
        comparison = _Comparison(data=data, records=RecordSets(data), policy=policy)
        for table in mine:
            beside = [one for one in mine if (one.file, one.part) != (table.file, table.part)]
            for finding in comparison.of(table, [*beside, *before]):
                yield table.file, replace(finding, part=table.part)


def is_exact(one: Published, other: Published) -> bool | None:
    """Whether subtracting their numbers gives a number; None where it tells nothing at all."""
    mine, theirs = one.question, other.question
    if mine.statistic.is_frequency and theirs.statistic.is_frequency:
        is_weighted = mine.weight is not None or theirs.weight is not None
        return {mine.statistic, theirs.statistic} == {Statistic.COUNT} and not is_weighted
    same_value = (mine.variable, mine.weight) == (theirs.variable, theirs.weight)
    if not same_value:
        return None
    if mine.statistic in _SUMS and theirs.statistic in _SUMS:
        has_counts = all(
            table.question.statistic is Statistic.SUM or table.is_sized for table in (one, other)
        )
        return has_counts and mine.weight is None
    return False if (mine.statistic, mine.level) == (theirs.statistic, theirs.level) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    data: Dataset
    records: RecordSets
    policy: Policy

    def of(self, new: Published, others: Sequence[Published]) -> Iterator[Finding]:
        mine: Side | None = None
        beside: list[Side] = []
        worst = Verdict.PASS
        for other in others:
            if is_exact(new, other) is None or self._has_room(new, other):
                continue
            if other.version != new.version:
                yield _uncompared(other, "was made from another version of the data")
                continue
            try:
                mine = mine or self._side(new)
                beside.append(self._side(other))
            except TooManyCells:
                yield _uncompared(other, "makes too many groups with this table")
                continue
            found = self._beside(mine, beside[-1])
            worst = Verdict.worst([worst, *(one.verdict for one in found)])
            yield from _listed(found, other)
        # What two tables tell is told by more of them, too.
        if mine is not None and worst is not Verdict.FAIL:
            yield from self._together(mine, beside)

    def _together(self, mine: Side, others: Sequence[Side]) -> Iterator[Finding]:
        """What counts say of few people only when several tables are taken at once."""
        counts = [one for one in others if is_exact(mine.table, one.table) and not one.table.base]
        is_count = mine.table.question.statistic is Statistic.COUNT and not mine.table.base
        if not is_count or not counts or self._most() >= self.policy.threshold:
            return
        related = sorted(counts, key=lambda one: -_in_common(mine.table, one.table))
        groups, sides = together.merged(mine, related)
        for one in together.known(groups, sides, threshold=self.policy.threshold):
            yield from RULE.judge(_few(one, mine, len(sides)), self.policy)
        if len(sides) <= len(counts):
            yield Finding(
                rule=RULE.rule_id,
                verdict=Verdict.PASS,
                where="the whole file",
                reason=f"held against {len(counts)} tables one by one, and against "
                f"{len(sides) - 1} of them together",
            )

    def _beside(self, mine: Side, theirs: Side) -> list[Finding]:
        """For each place in the new table the first difference that may not be known."""
        found: dict[tuple[int, int] | None, Finding] = {}
        joint = crossed(mine.sets, theirs.sets)
        for whole, part, sets in ((mine, theirs, joint), (theirs, mine, joint.turned)):
            for left, evidence in self._left(whole, part, sets):
                difference = _difference(left, evidence, mine=mine, whole=whole, part=part)
                for finding in RULE.judge(difference, self.policy):
                    found.setdefault(finding.position, finding)
        return [*found.values()]

    def _has_room(self, new: Published, other: Published) -> bool:
        """Rounded counts leave as much room between them as both are rounded to."""
        if not new.question.statistic.is_frequency or not other.question.statistic.is_frequency:
            return False
        return new.base + other.base >= self.policy.threshold - 1

    def _side(self, table: Published) -> Side:
        sets = self.records.of(table.question)
        positions = {one.key: one.position for one in table.shown}
        return Side(table=table, sets=sets, levels=levels(table, sets), positions=positions)

    def _left(
        self, whole: Side, part: Side, joint: Joint
    ) -> Iterator[tuple[Remainder, CellEvidence]]:
        is_summed = whole.table.question.statistic in _SUMS
        most = None if is_summed else self._most()
        for mine, theirs in product(whole.levels, part.levels):
            for left in remainders(joint, mine, theirs, most=most):
                if left.found:
                    question, count = whole.table.question, len(left.found)
                    evidence = evidence_of(self.records, question, left.of_row, count)
                    yield from zip(left.found, evidence, strict=True)

    def _most(self) -> int:
        """Records that fewer people than the threshold can have."""
        most = 1
        for sql in (unit_sql(self.data), holding_sql(self.data)):
            owners = self.records.owners(sql)
            if owners is not None:
                most = max(most, int(np.bincount(owners[owners != NONE], minlength=1).max()))
        return (self.policy.threshold - 1) * most


def _difference(
    left: Remainder, evidence: CellEvidence, *, mine: Side, whole: Side, part: Side
) -> Difference:
    new = mine.table
    key = (left.wholes if whole is mine else left.parts)[0]
    position = mine.positions.get(key)
    is_sum = new.question.statistic in _SUMS
    return Difference(
        left=Cell(
            labels=_labels(new, key),
            where=_place(position),
            position=position,
            key=key,
            statistic=Statistic.SUM if is_sum else Statistic.COUNT,
            evidence=evidence,
        ),
        words=(
            f"{_numbers(left.wholes, whole.table, new)} minus "
            f"{_numbers(left.parts, part.table, new)} is about {evidence.units} "
            f"{'unit' if evidence.units == 1 else 'units'}"
        ),
        is_exact=bool(is_exact(whole.table, part.table)),
    )


def _in_common(new: Published, other: Published) -> int:
    """Columns that both are about."""
    mine, theirs = (
        {*(d.column for d in one.question.dimensions), *(c.column for c in one.question.where)}
        for one in (new, other)
    )
    return len(mine & theirs)


def _few(found: together.Known, mine: Side, tables: int) -> Difference:
    key = mine.printed(found.cell)
    units = f"{found.people} {'unit' if found.people == 1 else 'units'}"
    said = {
        State.EXACT: f"{tables} tables together tell of {units}",
        State.NARROW: f"{tables} tables together leave little room for a number of {units}",
    }.get(found.state, f"what {tables} tables together tell of {units} could not be worked out")
    return Difference(
        left=Cell(
            labels=_labels(mine.table, mine.labels(found.cell)),
            where=_place(mine.positions.get(key)),
            position=mine.positions.get(key),
            key=key,
            statistic=Statistic.COUNT,
            evidence=CellEvidence(units=found.people, records=found.people),
        ),
        words=said,
        is_exact=found.state is State.EXACT,
    )


def _labels(table: Published, key: Key) -> dict[str, str]:
    names = [one.name for one in table.question.dimensions]
    return dict(zip(names, map(_label, key), strict=True))


def _numbers(keys: Sequence[Key], table: Published, new: Published) -> str:
    """Which numbers of which file."""
    if len(keys) == 1:
        cell = ", ".join(map(_label, keys[0])) or "the total"
        return f"{cell!r} {_of(table, new)}"
    return f"{len(keys)} numbers {_of(table, new)}"


def _of(table: Published, new: Published) -> str:
    return "here" if table is new else f"of {table.file!r}"


def _label(label: str | None) -> str:
    return "(missing)" if label is None else "all" if label == TOTAL else label


def _place(position: tuple[int, int] | None) -> str:
    if position is None:
        return "a combination of labels that the table leaves out"
    return f"row {position[0] + 1}, column {position[1] + 1}"


def _listed(found: Sequence[Finding], other: Published) -> Iterator[Finding]:
    yield from found[:MOST_LISTED]
    rest = found[MOST_LISTED:]
    if rest:
        yield Finding(
            rule=RULE.rule_id,
            verdict=Verdict.worst(one.verdict for one in rest),
            where="the whole file",
            reason=f"{len(rest)} more numbers beside those of {other.file!r} are not listed",
            mend=RULE.mend,
        )


def _uncompared(other: Published, why: str) -> Finding:
    return Finding(
        rule=RULE.rule_id,
        verdict=Verdict.REVIEW,
        where="the whole file",
        reason=f"{other.file!r} {why}, so the two were not compared",
        mend="a checker has to compare the two by hand",
    )
