"""Versions of a data frame's table that pass, with the search that `haven fix` makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from haven.checking import CheckedTable, judged, policy_of, printed, spec_for, table_spec, tabulated
from output_checker.disclosure import report_pages
from output_checker.disclosure.advice import report
from output_checker.disclosure.advice.advise import advise
from output_checker.disclosure.advice.remedies import Advice, Remedy
from output_checker.disclosure.budget import Budget
from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.frames import FrameRecords
from output_checker.disclosure.evidence.question import Dimension, Key, Question
from output_checker.disclosure.judge import claim
from output_checker.disclosure.model import Finding, Source
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(Sequence[CheckedTable]):
    """Tables that pass, least loss first; shown with what each loses.

    Attributes:
        advice: What was found, also where nothing was, and why.
        tables: Each can be saved with its spec, as one of `haven.check`.
    """

    advice: Advice
    tables: tuple[CheckedTable, ...]
    policy: str

    def __len__(self) -> int:
        return len(self.tables)

    def __getitem__(self, at: Any) -> Any:
        return self.tables[at]

    def __iter__(self) -> Iterator[CheckedTable]:
        return iter(self.tables)

    def _repr_html_(self) -> str:
        return report_pages.styled(report.as_fragment(self.advice))

    def __repr__(self) -> str:
        return report.as_text(self.advice, "the table", policy=self.policy)


def fix(
    data: pd.DataFrame,
    by: str | Sequence[str],
    values: str | None = None,
    aggregate: str = "count",
    *,
    entity: str | None = None,
    holding: str | None = None,
    policy: str | Sequence[str] = "sacro-10",
    seconds: float = SECONDS,
    **options: Any,
) -> Versions:
    """Tabulate a frame as `haven.check` does, and look for versions of the table that pass.

    Args:
        seconds: How long to look.
        data, by, values, aggregate, entity, holding, policy, options: As of `haven.check`.

    Returns:
        The versions, least loss first; none where the table passes, or where nothing was found.

    Raises:
        BadSpec, BadPolicy: As `haven.check`.
    """
    source = Source(name="frame", path=Path("frame"), entity=entity, holding=holding)
    frame = FrameRecords(data, source)
    document = spec_for(frame, by, {"values": values, "aggregate": aggregate, **options})
    chosen, records = policy_of(policy), _Remembered(frame)
    checked = tabulated(records, document, chosen)
    with Budget(seconds=seconds) as budget:
        judge = _FrameJudge(records_of=records, policy=chosen, budget=budget)
        table, spec = printed(checked.table), table_spec(document)
        advice = advise(table, spec, judge, found=checked.findings)
    tables = tuple(_as_checked(one, records, chosen) for one in advice.remedies)
    return Versions(advice=advice, tables=tables, policy=chosen.name)


def _as_checked(remedy: Remedy, records: "_Remembered", policy: Policy) -> CheckedTable:
    frame = pd.DataFrame([list(row) for row in remedy.table.rows], columns=remedy.table.header)
    return judged(frame, records, remedy.spec, policy)


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Records of a frame that are tabulated once for each question."""

    frame: FrameRecords
    _cells: dict[Question, dict[Key, CellEvidence]] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        return self.frame.source

    @property
    def types(self) -> Mapping[str, str]:
        return self.frame.types

    def tabulate(self, question: Question) -> dict[Key, CellEvidence]:
        if question not in self._cells:
            self._cells[question] = self.frame.tabulate(question)
        return self._cells[question]

    def labels(self, dimension: Dimension) -> Mapping[str | None, tuple[str | None, ...]]:
        return self.frame.labels(dimension)

    def count_labels(self, column: str) -> int:
        return self.frame.count_labels(column)

    def is_numeric(self, column: str) -> bool:
        return self.frame.is_numeric(column)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FrameJudge:
    """What `haven.check` says; leaks and earlier releases are the worker's to look for."""

    records_of: _Remembered
    policy: Policy
    budget: Budget

    @property
    def left(self) -> float:
        return self.budget.left

    def records(self, source: str) -> _Remembered:
        assert source == self.records_of.source.name
        return self.records_of

    def claim(
        self, table: Table, spec: TableSpec | None
    ) -> tuple[Claimed | None, Sequence[Finding]]:
        self.budget.require()
        return claim(table, [self.records_of], spec, self.policy, self.budget)

    def check(self, table: Table, spec: TableSpec) -> Sequence[Finding]:
        return self.claim(table, spec)[1]
