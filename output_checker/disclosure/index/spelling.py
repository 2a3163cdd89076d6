"""How a value is spelled where it is compared, whoever prints it. SQL over one text."""

from typing import Final

from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.labels import MISSING_WORDS
from output_checker.disclosure.evidence.source import Dataset

_MISSING: Final = ", ".join(f"'{word}'" for word in sorted(MISSING_WORDS))


def text_sql(text: str) -> str:
    """Without a midnight behind a date; NULL for words that say missing."""
    return (
        f"CASE WHEN {text} IN ({_MISSING}) THEN NULL WHEN contains({text}, '00:00:00') "
        f"THEN regexp_replace({text}, '[ T]00:00:00(\\.0+)?$', '') ELSE {text} END"
    )


def number_sql(text: str) -> str:
    """As a double; NaN where it is none. Commas group digits, and a per cent sign may follow."""
    bare = f"CASE WHEN regexp_matches({text}, '[,%]') THEN replace(rtrim({text}, '% '), ',', '') "
    return f"coalesce(TRY_CAST({bare} ELSE {text} END AS DOUBLE) + 0.0, 'nan')"


def hash_sql(text: str) -> str:
    """64 bits; 0 where it is NULL."""
    return f"coalesce(CASE WHEN ({text}) IS NOT NULL THEN hash({text}) END, 0)"


def plain_sql(data: Dataset, name: str) -> str:
    """A column of the source in capital letters and digits alone."""
    kind = data.types[name]
    whole = f"TRY_CAST({column(name)} AS HUGEINT)" if kind in ("DOUBLE", "FLOAT") else column(name)
    text = f"CAST({whole} AS VARCHAR)"
    if kind == "VARCHAR":
        text = f"regexp_replace({text}, '\\.0+$', '')"
    return f"upper(regexp_replace({text}, '[^A-Za-z0-9]', '', 'g'))"
