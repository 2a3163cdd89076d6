"""Numbers in the names of columns and groups: nothing compares a name with the source.

A name that a statistic, a band or a year explains holds few numbers and short ones. Any other is
read by a person.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from output_checker.disclosure.evidence.groups import MOST_LETTERS, Group
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table

RULE: Final = "heading"
MOST_NUMBERS: Final = 2
MOST_DIGITS: Final = 4
# A date or a range is one number; so is one with its thousands marked.
_NUMBER: Final = re.compile(r"\d[\d.,:/-]*")


def find(table: Table, known: Collection[str]) -> Iterator[Finding]:
    """At most one REVIEW finding.

    Args:
        table: As read from the file.
        known: Names that are explained already, such as labels and columns of the source.
    """
    odd = [
        at for at, name in enumerate(table.header) if name.strip() not in known and _is_odd(name)
    ]
    if odd:
        yield Finding(
            rule=RULE,
            verdict=Verdict.REVIEW,
            where="columns " + ", ".join(str(at + 1) for at in odd[:20]),
            reason="names of columns hold long numbers, many of them, or much text",
            mend="name each column after what it holds, in a few words",
        )


def find_groups(groups: Collection[Group]) -> Iterator[Finding]:
    """At most one REVIEW finding, of names that a spec gives to groups of labels."""
    if odd := sum(not one.is_plainly_named for one in groups):
        yield Finding(
            rule=RULE,
            verdict=Verdict.REVIEW,
            where="the whole file",
            reason=f"{odd} names of groups hold numbers that their labels do not, or much text",
            mend="name each group after its labels, in a few words",
        )


def _is_odd(name: str) -> bool:
    numbers = _NUMBER.findall(name)
    is_long = any(len(_digits(number)) > MOST_DIGITS for number in numbers)
    return is_long or len(numbers) > MOST_NUMBERS or len(name) > MOST_LETTERS


def _digits(number: str) -> str:
    # The parts of a date or a range are short by themselves.
    return max(re.split(r"[:/-]", number.replace(",", "").replace(".", "")), key=len)
