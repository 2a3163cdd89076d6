"""A table of true counts, made into the one that the cell key method shows."""

from output_checker.disclosure.differencing.record_sets import RecordSets
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.claims import as_specified
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.perturbation.held import wanted
from output_checker.disclosure.perturbation.tables import CannotRound
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec


def perturbed_rows(table: Table, data: Dataset, spec: TableSpec) -> list[list[str]]:
    """The rows of the table with the counts of units changed by their keys; marks stay.

    Raises:
        CannotRound: The source does not give the numbers of the table.
        BadSpec: The spec says of no perturbation, or of one that cannot be used on the table.
        NotThatTable: The file is not laid out as the spec says.
    """
    if spec.perturbation is None:
        raise BadSpec("spec: perturbation must be given")
    claimed = as_specified(DatabaseRecords(data), table, spec, depth=1)
    if claimed.unexplained or not claimed.is_proven:
        raise CannotRound("some numbers of the table are not the counts that the source gives")
    rows = [[*row] for row in table.rows]
    records = RecordSets(data)
    for matched in claimed.matched:
        found = wanted(matched, records, spec.perturbation)
        for cell in matched.cells:
            if cell.position is not None and cell.shows_number:
                row, column = cell.position
                rows[row][column] = str(found[cell.key])
    return rows
