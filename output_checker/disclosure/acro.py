"""Sessions of ACRO 1.0: what the record says of a file is a hint and a claim, never a verdict."""

from collections.abc import Iterator, Sequence
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.claims import as_specified
from output_checker.disclosure.evidence.headings import read_heading
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import ModelSpec, SessionSpec, TableSpec

RULE: Final = "acro-claim"
# What is found of a study whose numbers the source does not give.
UNEXPLAINED: Final = frozenset({"source-match", "not-recomputed"})
_AGGREGATES: Final = ("count", "mean", "sum", "median", "std", "mode", "min", "max", "var")
_MODELS: Final = {"ols": "ols", "logit": "logit", "probit": "probit"}


def spec_of(
    table: Table, hint: SessionSpec, records: Sequence[Records]
) -> TableSpec | ModelSpec | None:
    """What the file is, going by the record and by its own heading; None when neither tells."""
    if hint.kind == "regression":
        return _model(table, hint)
    for one in records:
        columns = [name for name in hint.independent if name in one.types]
        if columns and len(columns) == len(hint.independent):
            return _table(table, hint, one)
    return None


def _model(table: Table, hint: SessionSpec) -> ModelSpec | None:
    terms = hint.independent
    if "coef" in table.header:
        terms = tuple(line[0].strip() for line in table.rows)
    model = _MODELS.get(hint.method.removesuffix("r"))
    if not hint.dependent or not terms or model is None:
        return None
    return ModelSpec(outcome=hint.dependent, terms=terms, model=model)


def _table(table: Table, hint: SessionSpec, records: Records) -> TableSpec | None:
    heading = read_heading(table, hint.independent)
    rows = tuple(name for name in hint.independent if name in heading.names)
    columns = tuple(name for name in hint.independent if name not in rows)
    if not rows:
        return None
    values = hint.dependent if hint.dependent in records.types else None
    specs = [
        TableSpec(rows=rows, columns=columns, values=values, aggregate=aggregate)
        for aggregate in (_AGGREGATES if values else ("count",))
    ]
    return next((one for one in specs if _is_proven(table, one, records)), specs[-1])


def _is_proven(table: Table, spec: TableSpec, records: Records) -> bool:
    try:
        return as_specified(records, table, spec, depth=2).is_proven
    except (BadSpec, NotThatTable):
        return False


def broken_claims(hint: SessionSpec, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Where the bytes contradict the record."""
    unsafe = {one.position for one in findings
              if one.verdict is Verdict.FAIL and one.position is not None}  # fmt: skip
    if not any(one.verdict is Verdict.FAIL for one in findings):
        return
    if hint.mitigation == "suppress":
        reason = f"the record says that unsafe cells were suppressed, and {len(unsafe)} are printed"
        yield _broken(reason)
    if hint.unsafe_count == 0 and hint.mitigation != "suppress":
        yield _broken(f"the record calls every cell safe, and {len(unsafe)} are not")
    if hint.status == "pass":
        yield _broken("the record's own verdict is pass")


def _broken(reason: str) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where="the whole file",
        reason=reason,
        mend="go by the findings beside this one, not by the record",
    )
