"""What the engine says, and what it is told: plain values, no behaviour beyond their own.

The verdict on a file is the worst verdict among its findings, and the verdict on a report
the worst among its files. Findings name cells, rows and counts; they never quote the source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import Any, Final, Self

STATBARN = "https://w3id.org/statbarnsdc#"


# What a checker is shown of a table. A longer one that the source does not account for is refused,
# since nobody would see the rest of it.
PREVIEW_ROWS: Final = 1_000


class Verdict(StrEnum):
    """Ordered by how much stands in the way of release: pass < review < fail."""

    PASS = "pass"  # noqa: S105 - a verdict
    REVIEW = "review"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        return _RANKS[self.value]

    # The order of text would put "fail" before "pass", and max() would then release everything.
    def __lt__(self, other: str) -> bool:
        return self.rank < Verdict(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Verdict(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Verdict(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Verdict(other).rank

    @classmethod
    def worst(cls, verdicts: Iterable["Verdict"]) -> "Verdict":
        return max(verdicts, default=cls.PASS)


_RANKS = {"pass": 0, "review": 1, "fail": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that stands in the way of releasing one file.

    Attributes:
        rule: Stable name of the rule, for instance `threshold`.
        cell: Labels that place the cell as the output prints them; None for the whole file.
        where: Place in the file in words, for instance `row 3, column 'n'`.
        reason: Why, in words; counts and positions only.
        statbarn: The statistic's class in the statbarn ontology; None outside tables.
        mend: What the researcher could do about it.
        part: Which part of the file it is about, from 0.
        position: Zero-based (row, column) in the data rows of that part, for marking a preview.
    """

    rule: str
    verdict: Verdict
    where: str
    reason: str
    cell: Mapping[str, str] | None = None
    statbarn: str | None = None
    mend: str = ""
    part: int = 0
    position: tuple[int, int] | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "verdict": self.verdict.value,
            "cell": None if self.cell is None else dict(self.cell),
            "where": self.where,
            "reason": self.reason,
            "statbarn": self.statbarn,
            "mend": self.mend,
            "part": self.part,
            "position": None if self.position is None else list(self.position),
        }


def whole(rule: str, verdict: Verdict, reason: str, mend: str = "") -> Finding:
    """A finding about all of a file."""
    return Finding(rule=rule, verdict=verdict, where="the whole file", reason=reason, mend=mend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """As much of one part of a file as a review page shows, already parsed in the sandbox.

    Attributes:
        kind: `table`, `text`, `image`, `figure`, `model` or `array`.
        place: Where in the file, in words; "" for the file itself.
        hidden: Why who opens the file does not see it; "" for what is seen.
        header, rows: The first rows as text.
        total_rows: Rows or lines in the file, also those not shown.
        flagged: Zero-based (row, column) of cells with a finding, among the rows shown.
        text: The first lines of a text.
        width, height: Of an image, in pixels.
        media: Of an image, what browsers call its format.
        picture: The image itself where it lies within the file; empty where it is the file.
        points: Of a figure, the first points of each series as values or on the page.
        language: Of a text that is code, what Pygments calls it; `markdown` too.
        whole: Of a table that is to be kept, its rows as `kept_tables` packs them.
        kept_rows: How many rows that holds.
        facts: Of a table that is to be kept, `ColumnFacts` of its columns with numbers.
        is_cut: Whether the part holds more than this and `whole` do.
        parts_left: Of the last part that is shown, how many come after it.
    """

    kind: str
    place: str = ""
    hidden: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total_rows: int = 0
    flagged: tuple[tuple[int, int], ...] = ()
    text: str = ""
    width: int | None = None
    height: int | None = None
    media: str = ""
    picture: bytes = b""
    points: tuple[tuple[tuple[float, float], ...], ...] = ()
    language: str = ""
    whole: bytes = b""
    kept_rows: int = 0
    facts: tuple[Mapping[str, Any], ...] = ()
    is_cut: bool = False
    parts_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What was found in one file.

    Attributes:
        sha256: Of the bytes that were judged, "" if none were.
        previews: Its parts, in reading order.
        published: What its tables say of which dataset, as JSON: to be kept, so that later tables
            are held against them.
    """

    file: str
    sha256: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    previews: tuple[Preview, ...] = ()
    published: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(
        cls, file: str, sha256: str, findings: Iterable[Finding], previews: Iterable[Preview] = ()
    ) -> Self:
        found = tuple(findings)
        verdict = Verdict.worst(finding.verdict for finding in found)
        return cls(
            file=file, sha256=sha256, verdict=verdict, findings=found, previews=tuple(previews)
        )

    @property
    def fix(self) -> str | None:
        """The command that looks for a version that passes, of a table that fails."""
        is_table = bool(self.published)
        return (
            f"haven fix {quote(self.file)}" if is_table and self.verdict is Verdict.FAIL else None
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "sha256": self.sha256,
            "verdict": self.verdict.value,
            "findings": [finding.as_json() for finding in self.findings],
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    verdict: Verdict
    policy: str
    files: tuple[FileReport, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict.value,
            "policy": self.policy,
            "files": [item.as_json() for item in self.files],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A dataset that outputs are checked against: a CSV or Parquet file.

    Attributes:
        entity: Column that names the person or firm a row belongs to; None when rows are units.
        identifiers: Columns whose values must not be in any output.
        holding: Column that names who owns the entity: contributions are summed by it too.
        structural_zeros: Combinations of column and label that nobody can have, such as
            pregnant men: that they are empty tells nothing.
        bounds: Column to its lowest and highest possible value, such as 16 for an age: a
            minimum or maximum that is one of them is nobody's.
        version: Digest of the file's bytes where somebody has held it against them; what is made
            of it is kept under that.
        beside: Parquet file with one row for each of the file's, in the same order: whose it is
            and, as `haven_row`, which row of the version that a view was made from. Its columns
            but that one can be asked for like the file's; None where the file says all itself.
        rows_of: Digest of the version that `haven_row` counts rows of; "" where there is none.
        origins: Column of a view to the one of its dataset that it was made from.
        perturbation_key: The data owner's secret that record keys are made with; b"" for none.
    """

    name: str
    path: Path
    entity: str | None = None
    identifiers: tuple[str, ...] = ()
    holding: str | None = None
    structural_zeros: tuple[Mapping[str, str], ...] = ()
    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    version: str = ""
    beside: Path | None = None
    rows_of: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)
    perturbation_key: bytes = field(default=b"", repr=False)
