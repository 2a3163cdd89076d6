"""What a view should hold, worked out one value at a time in plain Python."""

import hashlib
import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from registry.adapters.views.expressions import band_labels
from registry.domain.view_spec import Comparison, TransformKind

FULL = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[0-9][A-Za-z]{2}")
OUTWARD = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?")


def rows_of_view(view, rows, *, kinds, keys, entity=None):
    """Rows are mappings of column to value; in the source's order, as lists of values."""
    chosen = [(at, row) for at, row in enumerate(rows) if _is_in(view, row, at, keys, entity)]
    made = [
        [_made(row[one.source], one.transform, kinds[one.source], keys) for one in view.columns]
        for _, row in chosen
    ]
    return made, [at for at, _ in chosen]


def keyed(value, key):
    inner = hashlib.sha256((key + value).encode()).hexdigest()
    return hashlib.sha256((key + inner).encode()).hexdigest()[:32]


def _is_in(view, row, at, keys, entity):
    if not all(_meets(one, row[one.source]) for one in view.where):
        return False
    if view.sample == 1:
        return True
    has_name = entity is not None and row[entity] is not None
    whose = f"of {row[entity]}" if has_name else f"row {at}"
    return int(keyed(whose, keys.sample)[:16], 16) < int(view.sample * 16**16)


def _meets(condition, value):
    if _is_missing(value):
        return False
    values = (
        [date.fromisoformat(one) for one in condition.values]
        if isinstance(value, date)
        else (condition.values)
    )
    if condition.comparison is Comparison.IN:
        return value in values
    if condition.comparison is Comparison.NOT_IN:
        return value not in values
    if condition.comparison is Comparison.AT_LEAST:
        return value >= values[0]
    return value < values[0]


def _is_missing(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def _made(value, transform, kind, keys):  # noqa: PLR0911  one a kind
    if _is_missing(value):
        return None
    match transform.kind:
        case TransformKind.KEEP:
            return value
        case TransformKind.YEAR_OF:
            return value.year
        case TransformKind.BAND:
            labels = band_labels(transform.edges, is_whole=kind != "number")
            return labels[sum(value >= edge for edge in transform.edges)]
        case TransformKind.FLAG:
            return value.strip(" ") != "" if isinstance(value, str) else value != 0
        case TransformKind.TRUNCATE_POSTCODE:
            return _outward(value.replace(" ", ""))
        case TransformKind.TOPCODE:
            return min(value, transform.limit)
        case TransformKind.ROUND:
            return _rounded(value, transform.unit)
        case TransformKind.HASH:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            return keyed(text, keys.hashes)


def _outward(code):
    if FULL.fullmatch(code):
        return code[:-3].upper()
    return code.upper() if OUTWARD.fullmatch(code) else None


def _rounded(value, unit):
    if math.isinf(value):
        return value
    times = Decimal(float(value) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return float(times) * unit
