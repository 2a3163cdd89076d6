"""What study an output is when nobody says, where its own names leave no doubt."""

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.variables import is_numeric, variable
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import CorrelationSpec


def guess(table: Table, data: Dataset) -> CorrelationSpec | None:
    """A square of variables of the source, each against each, is a matrix of correlations."""
    names = tuple(name.strip() for name in table.header[1:])
    down = tuple(row[0].strip() for row in table.rows)
    if len(names) < 2 or names != down or not set(names) <= set(data.types):  # noqa: PLR2004
        return None
    if not all(is_numeric(data, variable(data, name)) for name in names):
        return None
    return CorrelationSpec(variables=names)
