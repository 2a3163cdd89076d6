"""Numbers of people that are known by how they are made, whatever the source holds.

Those with check digits count when these are right. A number that could as well be a quantity
counts only in the grouping in which people write it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from stdnum import iban
from stdnum.gb import nhs, utr

from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

RULE: Final = "pattern"
_MEND: Final = "leave it out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Attributes: `is_right` judges the characters without blanks and dashes."""

    words: str
    form: "_Form"
    verdict: Verdict
    is_right: Callable[[str], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class _Form:
    """Attributes: `alone` is `inner` with nothing beside it that would make it something else."""

    inner: str
    alone: re.Pattern[str]


def _alone(form: str) -> _Form:
    alone = rf"(?<![A-Za-z0-9])(?:{form})(?![A-Za-z0-9])"
    return _Form(form, re.compile(alone, re.IGNORECASE))


def _no_quantity(form: str) -> _Form:
    return _Form(form, re.compile(rf"(?<![\d.,])(?:{form})(?!\d|[.,]\d)"))


def _anywhere(form: str) -> _Form:
    return _Form(form, re.compile(form))


PATTERNS: Final = (
    Pattern(
        words="a National Insurance number",
        form=_alone(r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"),
        verdict=Verdict.FAIL,
    ),
    Pattern(
        words="an NHS number",
        form=_no_quantity(r"\d{3}[ -]\d{3}[ -]\d{4}"),
        verdict=Verdict.FAIL,
        is_right=nhs.is_valid,
    ),
    Pattern(
        words="a tax reference",
        form=_no_quantity(r"\d{5} \d{5}"),
        verdict=Verdict.FAIL,
        is_right=utr.is_valid,
    ),
    Pattern(
        words="a bank account (IBAN)",
        form=_alone(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"),
        verdict=Verdict.FAIL,
        is_right=iban.is_valid,
    ),
    Pattern(
        words="an e-mail address",
        form=_anywhere(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
        verdict=Verdict.FAIL,
    ),
    Pattern(
        words="a telephone number",
        form=_no_quantity(r"(?:\+44 ?|\(?0)\d{2,4}\)? ?\d{3,4} ?\d{3,4}"),
        verdict=Verdict.REVIEW,
    ),
    Pattern(
        words="a full postcode",
        form=_alone(r"[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}"),
        verdict=Verdict.REVIEW,
    ),
)
# Where any of them may be; what is more than ASCII has other letters and digits in Python.
_LIKE_ANY: Final = rf"(?i:{'|'.join(one.form.inner for one in PATTERNS)})|[^\x00-\x7f]"
_NUMBER: Final = r"^[0-9.,eE+%-]*$"
_APART: Final = re.compile(r"[ -]")


def find_in_lines(lines: Sequence[str]) -> Iterator[Finding]:
    """One finding a pattern, with the lines it is on."""
    for pattern in PATTERNS:
        hits = [at for at, line in enumerate(lines, start=1) if _holds(pattern, line)]
        if hits:
            yield _finding(pattern, hits)


def find_in_table(table: Table) -> Iterator[Finding]:
    """As `find_in_lines`; the header is line 1. A cell that is a number of any kind is not read."""
    texts = table.cells.others_like(_LIKE_ANY, unlike=_NUMBER)
    for pattern in PATTERNS:
        hits = table.cells.lines_with([text for text in texts if _holds(pattern, text)])
        if hits:
            yield _finding(pattern, hits)


def _finding(pattern: Pattern, lines: Sequence[int]) -> Finding:
    return Finding(
        rule=RULE,
        verdict=pattern.verdict,
        where=f"lines {few_of(lines)}",
        reason=f"{len(lines)} lines hold what reads as {pattern.words}",
        mend=_MEND,
    )


def _holds(pattern: Pattern, line: str) -> bool:
    return any(
        pattern.is_right(_APART.sub("", found.group()).upper())
        for found in pattern.form.alone.finditer(line)
    )
