"""Hold each new table against the others of its request and what was released before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

from output_checker.disclosure.differencing import together
from output_checker.disclosure.differencing.evidence import evidence_of
from output_checker.disclosure.differencing.exactness import SUMS, is_exact, is_related
from output_checker.disclosure.differencing.partition import (
    Joint,
    Remainder,
    crossed,
    levels,
    remainders,
)
from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.differencing.record_sets import (
    RecordSets,
    TooManyCells,
)
from output_checker.disclosure.differencing.sides import Side
from output_checker.disclosure.differencing.versions import Matching, matching, placed
from output_checker.disclosure.differencing.wording import difference, few
from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.differencing import RULE

MOST_LISTED: Final = 50


def compare(
    new: Sequence[Published],
    earlier: Sequence[Published],
    datasets: Sequence[Dataset],
    policy: Policy,
    older: Sequence[Dataset] = (),
) -> Iterator[tuple[str, Finding]]:
    """What a new table tells together with another one: its file's name, and each finding.

    Args:
        older: Other versions of the datasets, of which earlier tables were made.
    """
    for data in datasets:
        name = data.source.name
        mine = [one for one in new if one.source == name]
        before = [one for one in earlier if one.source == name]
        records = RecordSets(data)
        versions = {one.version for one in mine}
        same = [one for one in (*mine, *before) if one.version in versions]
        if len(same) > 1:
            records.group(one.question for one in same)
        comparison = _Comparison(
            records=records,
            older={one.source.version: RecordSets(one) for one in older if one.source.name == name},
            policy=policy,
            origins={one.source.version: one.source.origins for one in (data, *older)},
        )
        for table in mine:
            beside = [one for one in mine if _tells_more(one, table)]
            for finding in comparison.of(table, [*beside, *before]):
                yield table.file, replace(finding, part=table.part)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    records: RecordSets
    older: Mapping[str, RecordSets]
    policy: Policy
    origins: Mapping[str, Mapping[str, str]]
    _matched: dict[str, Matching | None] = field(default_factory=dict)

    def of(self, new: Published, others: Sequence[Published]) -> Iterator[Finding]:
        mine: Side | None = None
        beside: list[Published] = []
        worst = Verdict.PASS
        for other in others:
            if not is_related(new, other, self.origins):
                continue
            has_room, is_same = self._has_room(new, other), other.version == new.version
            if has_room and not is_same:
                continue
            try:
                mine = mine or _side(new, self.records)
                if is_same:
                    beside.append(other)
                if has_room:
                    continue
                pair = (
                    (mine, _side(other, self.records)) if is_same else self._by_person(mine, other)
                )
            except TooManyCells:
                yield _uncompared(other, "makes too many groups with this table")
                continue
            if pair is None:
                yield _uncompared(other, "was made from another version of the data")
                continue
            found = self._beside(*pair)
            worst = Verdict.worst([worst, *(one.verdict for one in found)])
            yield from _listed(found, other)
        # What two tables tell is told by more of them, too.
        if mine is not None and worst is not Verdict.FAIL:
            yield from self._together(mine, beside)

    def _together(self, mine: Side, others: Sequence[Published]) -> Iterator[Finding]:
        """What counts say of few people only when several tables are taken at once."""
        counts = [one for one in others if is_exact(mine.table, one)]
        is_count = mine.table.question.statistic is Statistic.COUNT
        if not is_count or not counts or self.records.most_of_one() > 1:
            return
        related = sorted(counts, key=lambda one: -_in_common(mine.table, one))
        nearest = [_side(one, self.records) for one in related[: together.MOST_TABLES]]
        groups, sides = together.merged(mine, nearest)
        for one in together.known(groups, sides, threshold=self.policy.threshold):
            yield from RULE.judge(few(one, mine, len(sides)), self.policy)
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
                left_over = difference(left, evidence, mine=mine, whole=whole, part=part)
                for finding in RULE.judge(left_over, self.policy):
                    found.setdefault(finding.position, finding)
        return [*found.values()]

    def _has_room(self, new: Published, other: Published) -> bool:
        """Rounded and perturbed counts leave as much room between them as both have."""
        if not new.question.statistic.is_frequency or not other.question.statistic.is_frequency:
            return False
        return new.room + other.room >= self.policy.threshold - 1

    def _by_person(self, mine: Side, other: Published) -> tuple[Side, Side] | None:
        """Two tables of two versions; None where it is not known who is who in them."""
        records = self.older.get(other.version)
        if records is None:
            return None
        if other.version not in self._matched:
            self._matched[other.version] = matching(self.records, records)
        people = self._matched[other.version]
        if people is None:
            return None
        theirs = _side(other, records)
        return (
            placed(mine, people.mine, people.size), placed(theirs, people.theirs, people.size)
        )  # fmt: skip

    def _left(
        self, whole: Side, part: Side, joint: Joint
    ) -> Iterator[tuple[Remainder, CellEvidence]]:
        is_summed = whole.table.question.statistic in SUMS
        most = None if is_summed else (self.policy.threshold - 1) * whole.records.most_of_one()
        for mine, theirs in product(whole.levels, part.levels):
            for left in remainders(joint, mine, theirs, most=most):
                if left.found:
                    evidence = evidence_of(
                        whole.records,
                        whole.table.question,
                        whole.of_row(left.of_kind),
                        len(left.found),
                    )
                    yield from zip(left.found, evidence, strict=True)


def _side(table: Published, records: RecordSets) -> Side:
    """Raises: TooManyCells."""
    sets = records.of(table.question)
    return Side(
        table=table,
        records=records,
        sets=sets,
        levels=levels(table, sets),
        positions={one.key: one.position for one in table.shown},
    )


def _tells_more(one: Published, table: Published) -> bool:
    """Whether it is of another table, or leaves out who has no value of another variable."""
    is_beside = (one.file, one.part) != (table.file, table.part)
    return is_beside or one.question.variable != table.question.variable


def _in_common(new: Published, other: Published) -> int:
    """Columns that both are about."""
    mine, theirs = (
        {*(d.column for d in one.question.dimensions), *(c.column for c in one.question.where)}
        for one in (new, other)
    )
    return len(mine & theirs)


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
