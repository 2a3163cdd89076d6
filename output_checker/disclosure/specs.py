"""A researcher's description of an output, from JSON to a value."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.json_files import read_json, why_not
from output_checker.disclosure.spec import Spec, SyntheticSpec, TableSpec
from output_checker.disclosure.spec_fields import Fields
from output_checker.disclosure.study_specs import STUDIES

_TABLE_KEYS: Final = (
    "rows", "columns", "values", "aggregate", "where", "margins", "bands", "weight", "level", "of",
    "denominator", "per", "rounding",
)  # fmt: skip


def load(path: Path) -> Spec:
    """Raises: BadSpec, when the file is not there, not JSON or not a spec."""
    try:
        document = read_json(path)
    except OSError:
        raise BadSpec(f"spec {path.name}: no such file, or it may not be read") from None
    except (ValueError, RecursionError) as error:
        raise BadSpec(f"spec {path.name} is not JSON{why_not(error)}") from None
    return parse(document)


def parse(document: Any) -> Spec:
    """Check every key of a spec.

    Args:
        document: As decoded from JSON. `kind` says what the output is; a table when absent.

    Raises:
        BadSpec: Naming the key and what it must be.
    """
    if not isinstance(document, Mapping):
        raise BadSpec(f"a spec is an object with the keys {', '.join(_TABLE_KEYS)}")
    kind = document.get("kind", "table")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise BadSpec(f"spec: kind must be one of {', '.join(_KINDS)}")
    return _KINDS[kind](document)


def _table(document: Mapping[str, Any]) -> TableSpec:
    fields = Fields(document, _TABLE_KEYS)
    rows, columns = fields.names("rows"), fields.names("columns")
    if not rows and not columns:
        raise BadSpec("spec: rows must name at least one column")
    if len({*rows, *columns}) < len(rows) + len(columns):
        raise BadSpec("spec: a column is named twice in rows and columns")
    of = document.get("of", "all")
    rounding = str(document.get("rounding") or "")
    if rounding and Rounding.read(rounding) is None:
        raise BadSpec("spec: rounding must be a base such as 5, or midpoint6")
    return TableSpec(
        rows=rows,
        columns=columns,
        values=fields.name("values"),
        aggregate=fields.name("aggregate") or "count",
        where=fields.mapping("where"),
        margins=fields.flag("margins"),
        bands=_bands(fields, (*rows, *columns)),
        weight=fields.name("weight"),
        level=fields.number("level"),
        of=_of(of, fields),
        denominator=fields.name("denominator"),
        per=fields.number("per") or 1.0,
        rounding=rounding,
    )


def _synthetic(document: Mapping[str, Any]) -> SyntheticSpec:
    return SyntheticSpec(method=Fields(document, ("method",)).name("method") or "")


def _bands(fields: Fields, dimensions: tuple[str, ...]) -> dict[str, str]:
    bands = fields.mapping("bands")
    if not all(name in dimensions and isinstance(one, str) for name, one in bands.items()):
        raise BadSpec("spec: bands must give a source column for names in rows or columns")
    return bands


def _of(of: Any, fields: Fields) -> str | tuple[str, ...]:
    if isinstance(of, list):
        return fields.names("of")
    if of not in ("row", "column", "all"):
        raise BadSpec("spec: of must be row, column, all or a list of dimensions")
    return str(of)


_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Spec]]] = {
    "table": _table,
    "synthetic": _synthetic,
    **STUDIES,
}
