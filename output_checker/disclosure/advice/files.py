"""The judge of files: what it passes, `haven check` passes with the same data and policy."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from output_checker.disclosure.advice.advise import NOTHING_TO_MEND, advise
from output_checker.disclosure.advice.remedies import Advice
from output_checker.disclosure.advice.search import Progress
from output_checker.disclosure.advice.spec_documents import as_document
from output_checker.disclosure.budget import Budget
from output_checker.disclosure.engine import Bench
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.judge import claim
from output_checker.disclosure.model import Finding, Report, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers import sandbox
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.files import load
from output_checker.disclosure.readers.kinds import kind_of, require_beginning
from output_checker.disclosure.spec import Spec, TableSpec
from output_checker.disclosure.specs import parse

_NAME: Final = "remedy.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileJudge:
    """Attributes: `budget` is of the whole search; each full check has one of its own as well."""

    bench: Bench
    folder: Path
    budget: Budget
    _records: list[DatabaseRecords] = field(default_factory=list)
    _checked: dict[tuple[str, str], Sequence[Finding]] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return self.bench.policy

    @property
    def left(self) -> float:
        return self.budget.left

    def records(self, source: str) -> DatabaseRecords:
        return next(one for one in self._known() if one.source.name == source)

    def claim(
        self, table: Table, spec: TableSpec | None
    ) -> tuple[Claimed | None, Sequence[Finding]]:
        self.budget.require()
        for data in self.bench.datasets:
            data.budget = self.budget
        return claim(table, self._known(), spec, self.policy, self.budget)

    def check(self, table: Table, spec: TableSpec) -> Sequence[Finding]:
        self.budget.require()
        document = json.dumps(as_document(spec))
        key = (as_csv(table), document)
        if key not in self._checked:
            path = self.folder / _NAME
            path.write_text(key[0], encoding="utf-8", newline="")
            report = self.bench.check([path], specs={_NAME: parse(json.loads(document))})
            self._checked[key] = report.files[0].findings
        return self._checked[key]

    def _known(self) -> list[DatabaseRecords]:
        if not self._records:
            self._records.extend(DatabaseRecords(data) for data in self.bench.datasets)
        return self._records


def advise_on_file(
    bench: Bench,
    path: Path,
    spec: Spec | None,
    *,
    seconds: float,
    progress: Progress = lambda _: None,
) -> tuple[Report, Advice]:
    """What `haven check` says of a file, and which versions of its table pass.

    Args:
        spec: What the file is said to be; None where it has to be found out.
        seconds: For the search, once the file is checked.
    """
    name = path.name
    report = bench.check([path], specs={} if spec is None else {name: spec})
    verdict = report.verdict
    if verdict is Verdict.PASS:
        return report, Advice(verdict=verdict, reasons=(NOTHING_TO_MEND,))
    table = _only_table(path)
    if isinstance(table, str):
        return report, Advice(verdict=verdict, reasons=(table,))
    if spec is not None and not isinstance(spec, TableSpec):
        reason = "its spec declares another output than a table, and only tables can be mended"
        return report, Advice(verdict=verdict, reasons=(reason,))
    with file_judge(bench, seconds=seconds) as judge:
        found = report.files[0].findings
        return report, advise(table, spec, judge, found=found, progress=progress)


def _only_table(path: Path) -> Table | str:
    """The table of a file, read in the sandbox; else why there is none, in words."""
    try:
        kind = kind_of(path.name)
        data = load(path, kind.most_bytes).data
        require_beginning(kind, data)
        document = sandbox.SHARED.read(kind.name, data)
    except Unreadable as error:
        return error.reason
    shown = [part.artefact for part in document.parts if not part.hidden]
    tables = [one for one in shown if isinstance(one, Table)]
    if len(tables) != 1:
        return f"it holds {len(tables)} tables; only a file with one can be mended"
    return tables[0]


@contextmanager
def file_judge(bench: Bench, *, seconds: float) -> Iterator[FileJudge]:
    """A judge for a search that may take so long."""
    with TemporaryDirectory(prefix="haven-fix-") as folder, Budget(seconds=seconds) as budget:
        yield FileJudge(bench=bench, folder=Path(folder), budget=budget)


def as_csv(table: Table) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return written.getvalue()


def as_json(spec: Mapping[str, Any]) -> str:
    return json.dumps(dict(spec), indent=2) + "\n"
