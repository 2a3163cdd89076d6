"""A researcher's description of an output, from JSON to a value."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.json_files import read_json, why_not
from output_checker.disclosure.perturbation.p_table import Noise
from output_checker.disclosure.spec import Spec, SyntheticSpec, TableSpec
from output_checker.disclosure.spec_fields import Fields
from output_checker.disclosure.study_specs import STUDIES

_TABLE_KEYS: Final = (
    "rows", "columns", "values", "aggregate", "where", "margins", "bands", "groups", "weight",
    "level", "of", "denominator", "per", "rounding", "perturbation",
)  # fmt: skip

_NOISE_KEYS: Final = ("most", "variance", "blocked", "keys")


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
    if "rows" not in document and not columns:
        raise BadSpec("spec: rows must name the columns that span the table; [] for none")
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
        groups=_groups(fields, (*rows, *columns)),
        weight=fields.name("weight"),
        level=fields.number("level"),
        of=_of(of, fields),
        denominator=fields.name("denominator"),
        per=fields.number("per") or 1.0,
        rounding=rounding,
        perturbation=_perturbation(fields.mapping("perturbation")),
    )


def _perturbation(said: Mapping[str, Any]) -> Noise | None:
    if not said:
        return None
    fields = Fields({name: value for name, value in said.items() if name != "method"}, _NOISE_KEYS)
    if said.get("method") != "cell-key":
        raise BadSpec("spec: the method of a perturbation must be cell-key")
    wanted = {name: fields.number(name) for name in _NOISE_KEYS}
    given = {name: value for name, value in wanted.items() if value is not None}
    try:
        return Noise(**{name: _as_said(name, value) for name, value in given.items()})
    except ValueError as error:
        raise BadSpec(f"spec: perturbation: {error}") from None


def _as_said(name: str, value: float) -> Any:
    """Raises: ValueError."""
    if name == "variance":
        return value
    if value != int(value):
        raise ValueError(f"{name} is a whole number")
    return int(value)


def _synthetic(document: Mapping[str, Any]) -> SyntheticSpec:
    return SyntheticSpec(method=Fields(document, ("method",)).name("method") or "")


def _bands(fields: Fields, dimensions: tuple[str, ...]) -> dict[str, str]:
    bands = fields.mapping("bands")
    if not all(name in dimensions and isinstance(one, str) for name, one in bands.items()):
        raise BadSpec("spec: bands must give a source column for names in rows or columns")
    return bands


def _groups(fields: Fields, dimensions: tuple[str, ...]) -> dict[str, dict[str, tuple[str, ...]]]:
    found = fields.mapping("groups")
    plain = set(dimensions) - set(fields.mapping("bands"))
    if not all(name in plain and _are_groups(one) for name, one in found.items()):
        raise BadSpec("spec: groups must give lists of labels, by name, for rows or columns")
    return {
        name: {label: tuple(members) for label, members in one.items()}
        for name, one in found.items()
    }


def _are_groups(found: Any) -> bool:
    return isinstance(found, Mapping) and all(
        isinstance(members, list) and members and all(isinstance(label, str) for label in members)
        for members in found.values()
    )


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
