"""Tabulate a data frame and judge the table, with the code that the command and the worker run."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from output_checker.disclosure import report_pages
from output_checker.disclosure.budget import Budget
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.claims import plan_for, unknown_columns
from output_checker.disclosure.evidence.frames import FrameRecords
from output_checker.disclosure.evidence.labels import MISSING_LABEL
from output_checker.disclosure.evidence.ratios import evidence_for
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.judge import EMPTY, claim
from output_checker.disclosure.model import (
    FileReport,
    Finding,
    Preview,
    Report,
    Source,
    Verdict,
    whole,
)
from output_checker.disclosure.policies.load import load
from output_checker.disclosure.policies.strictness import strictest
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers import csv_tables
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.report import as_text
from output_checker.disclosure.spec import TableSpec
from output_checker.disclosure.specs import parse

NAME: Final = "table.csv"
_NOT_HERE: Final = ("columns", "margins", "bands")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTable:
    """A table and what stands in the way of releasing it.

    Attributes:
        table: One line a cell: the labels, then the number.
        report: As `haven check` gives it.
        spec: What was tabulated, as `haven submit` wants it.
    """

    table: pd.DataFrame
    report: Report
    spec: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        return self.report.verdict

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.report.files[0].findings

    def save(self, path: str | Path) -> Path:
        """Write the table as CSV and, beside it, the spec that makes every number checkable."""
        place = Path(path)
        for one, text in self.texts(place).items():
            one.write_text(text)
        return place

    def texts(self, place: Path) -> Mapping[Path, str]:
        """What `save` writes where; no spec where none is known."""
        spec = Path(f"{place}.spec.json")
        said = {spec: json.dumps(dict(self.spec), indent=2) + "\n"} if self.spec else {}
        return {place: _csv_of(self.table), **said}

    def _repr_html_(self) -> str:
        return report_pages.styled_fragment(self.report)

    def __repr__(self) -> str:
        return as_text(self.report)


def check(
    data: pd.DataFrame,
    by: str | Sequence[str],
    values: str | None = None,
    aggregate: str = "count",
    *,
    entity: str | None = None,
    holding: str | None = None,
    policy: str | Sequence[str] = "sacro-10",
    **options: Any,
) -> CheckedTable:
    """Tabulate a frame and judge every cell by the people behind it.

    The frame must be the records themselves: a frame that was aggregated or joined first has
    other rows, and the worker will say so.

    Args:
        data: One record a row.
        by: Columns that span the table.
        values: Column that is aggregated; None for a count.
        aggregate: As in a spec: count, share, sum, mean, median, p90, std, max, ...
        entity: Column that names the person or firm a record belongs to.
        holding: Column that names who owns the entity.
        policy: Name of a policy or several; of several the strictest.
        options: Further keys of a spec: where, weight, level, of, denominator, per, rounding. Not
            columns, margins or bands: the table has one line a cell, spanned by `by` alone.

    Returns:
        The table with its findings; shown beneath a cell of a notebook.

    Raises:
        BadSpec: A column that the frame does not have, a statistic that cannot be checked, or an
            option that is not one.
        BadPolicy: No such policy.
    """
    source = Source(name="frame", path=Path("frame"), entity=entity, holding=holding)
    records = FrameRecords(data, source)
    document = spec_for(records, by, {"values": values, "aggregate": aggregate, **options})
    return tabulated(records, document, policy_of(policy))


def check_table(
    table: pd.DataFrame | pd.Series,
    data: pd.DataFrame,
    *,
    entity: str | None = None,
    holding: str | None = None,
    policy: str | Sequence[str] = "sacro-10",
    spec: Mapping[str, Any] | None = None,
) -> CheckedTable:
    """Judge a table that was made already, by the records that it was made from.

    Args:
        table: Such as a crosstab or a grouped aggregate of `data`; its index is part of it.
        data: One record a row.
        spec: What the table is; without it that is found out, where it can be.
        entity, holding, policy: As of `check`.

    Raises:
        BadSpec, BadPolicy: As `check`.
    """
    source = Source(name="frame", path=Path("frame"), entity=entity, holding=holding)
    known = None if spec is None else table_spec(spec)
    frame = as_printed(table)
    report = _judge(frame, FrameRecords(data, source), known, policy_of(policy))
    return CheckedTable(table=frame, report=report, spec=spec or {})


def as_printed(table: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """A table with its labels in columns, as its CSV file has them."""
    frame = table.to_frame(table.name or "count") if isinstance(table, pd.Series) else table
    is_numbered = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    return frame if is_numbered else frame.reset_index()


def spec_for(
    records: FrameRecords, by: str | Sequence[str], options: Mapping[str, Any]
) -> dict[str, Any]:
    """The spec of a table of one line a cell, spanned by columns of the frame. Raises: BadSpec."""
    if refused := [key for key in _NOT_HERE if options.get(key)]:
        words = "name every column in `by`; cut a number into bands as a column of the frame first"
        raise BadSpec(f"a table of a frame takes no {', '.join(refused)}: {words}")
    document = {"rows": [by] if isinstance(by, str) else list(by), **options}
    if missing := unknown_columns(table_spec(document), records):
        raise BadSpec(f"the frame has no column {', '.join(repr(one) for one in missing)}")
    _require_plain(records.frame, [*document["rows"], *filter(None, [document.get("values")])])
    return document


def table_spec(document: Mapping[str, Any]) -> TableSpec:
    """Raises: BadSpec."""
    spec = parse(document)
    assert isinstance(spec, TableSpec)
    return spec


def _require_plain(data: pd.DataFrame, columns: Iterable[str]) -> None:
    for name in columns:
        held = data[name]
        if held.dtype == object and held.map(pd.api.types.is_list_like).any():
            raise BadSpec(f"column {name!r} holds lists; give each item a row of its own (explode)")


def policy_of(named: str | Sequence[str]) -> Policy:
    """Raises: BadPolicy."""
    return strictest([load(one) for one in ([named] if isinstance(named, str) else named)])


def tabulated(records: Records, document: Mapping[str, Any], policy: Policy) -> CheckedTable:
    """The table that a spec asks for, judged. Raises: BadSpec."""
    spec = table_spec(document)
    return judged(_tabulate(records, spec, policy), records, document, policy)


def judged(
    frame: pd.DataFrame, records: Records, document: Mapping[str, Any], policy: Policy
) -> CheckedTable:
    """A table as a frame, judged as the text that `save` writes."""
    report = _judge(frame, records, table_spec(document), policy)
    return CheckedTable(table=frame, report=report, spec=document)


def printed(frame: pd.DataFrame) -> Table:
    """The text that is saved is the text that is judged."""
    return csv_tables.parse(_csv_of(frame))


def _tabulate(records: Records, spec: TableSpec, policy: Policy) -> pd.DataFrame:
    evidence = evidence_for(records, plan_for(records, spec, depth=policy.depth))
    lines = [
        [*(MISSING_LABEL if label is None else label for label in key),
         cell.expected[0] if cell.expected else None]
        for key, cell in evidence.items()
        if len(key) == len(spec.rows) and not any("\0" in (label or "") for label in key)
    ]  # fmt: skip
    lines.sort(key=lambda line: [_in_order(str(label)) for label in line[:-1]])
    return pd.DataFrame(lines, columns=[*spec.rows, spec.aggregate])


def _in_order(label: str) -> tuple[bool, float, str]:
    try:
        return False, float(label), label
    except ValueError:
        return True, 0.0, label


def _judge(frame: pd.DataFrame, records: Records, spec: TableSpec | None, policy: Policy) -> Report:
    table = printed(frame)
    _, findings = claim(table, [records], spec, policy, Budget())
    if not table.rows:
        findings.append(whole("empty-table", Verdict.REVIEW, EMPTY))
    findings.sort(key=lambda finding: -finding.verdict.rank)
    marked = {one.position for one in findings if one.position is not None}
    preview = Preview(
        kind="table", header=table.header, rows=tuple(table.rows), total_rows=len(table.rows),
        flagged=tuple(sorted(marked)),
    )  # fmt: skip
    item = FileReport.of(
        NAME, hashlib.sha256(_csv_of(frame).encode()).hexdigest(), findings, [preview]
    )
    return Report(verdict=item.verdict, policy=policy.name, files=(item,))


def _csv_of(frame: pd.DataFrame) -> str:
    return str(frame.to_csv(index=False, lineterminator="\n"))
