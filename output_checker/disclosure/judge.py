"""Everything that is asked of one table."""

from collections.abc import Callable, Iterator, Sequence

from output_checker.disclosure import acro, formulas
from output_checker.disclosure.budget import Budget
from output_checker.disclosure.claimed import judge_claimed
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.claims import Claimed, as_specified, unknown_columns
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.infer import SECONDS, Tried, infer
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import LARGEST_BASE, Rounding
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks import headings, identifiers, patterns, spelling
from output_checker.disclosure.leaks.search import search_rows, unlike_any
from output_checker.disclosure.model import PREVIEW_ROWS, Finding, Verdict, whole
from output_checker.disclosure.perturbation.held import held
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import SessionSpec, Spec, Study, SyntheticSpec, TableSpec
from output_checker.disclosure.studies.guess import guess
from output_checker.disclosure.studies.judge import judge_study

# Who wants to know of each table that was held against the source.
Told = Callable[[Claimed], None]

UNKNOWN_COLUMN = "unknown-column"
BAD_SPEC = "spec"
EMPTY = "the table has a header and no rows"


def judge_table(
    table: Table,
    datasets: Sequence[Dataset],
    spec: Spec | None,
    policy: Policy,
    budget: Budget,
    *,
    told: Told = lambda _: None,
) -> Iterator[Finding]:
    """Findings in the order a reader wants them: what blocks, then what needs a person.

    A table that the source accounts for in full is judged cell by cell. Any other is also
    searched for rows of the source. Identifiers are searched for in both.
    """
    found = [*_judge(table, datasets, spec, policy, budget, told=told)]
    yield from sorted(found, key=lambda finding: -finding.verdict.rank)


def _judge(
    table: Table,
    datasets: Sequence[Dataset],
    spec: Spec | None,
    policy: Policy,
    budget: Budget,
    *,
    told: Told,
) -> Iterator[Finding]:
    yield from formulas.find(table)
    yield from spelling.find(table)
    yield from patterns.find_in_table(table)
    if not table.rows:
        yield whole("empty-table", Verdict.REVIEW, EMPTY)
    if not datasets:
        reason = "no source was given, so no number could be checked"
        yield whole("no-source", Verdict.REVIEW, reason, "name the dataset it was made from")
        return
    for data in datasets:
        yield from identifiers.find(data, table)
    if not table.rows:
        return
    if isinstance(spec, SessionSpec):
        yield from _judge_session(table, datasets, spec, policy, budget, told=told)
    elif isinstance(spec, SyntheticSpec):
        yield from _judge_synthetic(table, datasets, spec, policy)
    elif isinstance(spec, Study):
        yield from _judge_as_study(table, datasets, spec, policy)
    elif spec is None and (guessed := [one for data in datasets if (one := guess(table, data))]):
        yield from _judge_as_study(table, datasets, guessed[0], policy)
    else:
        yield from _judge_claim(table, datasets, spec, policy, budget, told=told)


def _judge_as_study(
    table: Table, datasets: Sequence[Dataset], spec: Study, policy: Policy
) -> Iterator[Finding]:
    known = {name for data in datasets for name in data.types}
    findings = [*judge_study(table, datasets, spec, policy), *headings.find(table, known)]
    yield from findings
    if findings:
        yield from search(table, datasets, policy)


def _judge_synthetic(
    table: Table, datasets: Sequence[Dataset], spec: SyntheticSpec, policy: Policy
) -> Iterator[Finding]:
    """No source gives its numbers, so a person decides; but its rows are searched for."""
    reason = f"it is said to be synthetic; each of its {len(table.rows)} rows was compared"
    mend = "" if spec.method else "say in the spec by which method it was made"
    yield whole("synthetic", Verdict.REVIEW, reason, mend)
    unlike = unlike_any(table, datasets)
    if unlike and len(table.rows) > PREVIEW_ROWS:
        names = ", ".join(repr(name) for name in unlike)
        reason = f"a checker sees {PREVIEW_ROWS} rows, and the source has nothing like {names}"
        yield whole("unseen-rows", Verdict.FAIL, reason, "leave these columns out, or split it")
    yield from search_rows(table, datasets, policy)


def _judge_session(
    table: Table,
    datasets: Sequence[Dataset],
    hint: SessionSpec,
    policy: Policy,
    budget: Budget,
    *,
    told: Told,
) -> Iterator[Finding]:
    """What a record of ACRO says is a hint of what the file is, and a claim to be recomputed.

    A file that is not what the hint makes of it is read as if nothing were said of it, too.
    """
    records = [DatabaseRecords(data) for data in datasets]
    spec = acro.spec_of(table, hint, records)
    if spec is None:
        findings = [*_judge_claim(table, datasets, None, policy, budget, told=told)]
    elif isinstance(spec, Study):
        findings = [*judge_study(table, datasets, spec, policy)]
        if any(one.rule in acro.UNEXPLAINED for one in findings):
            findings += _judge_unsaid(table, datasets, policy, budget, told)
        elif findings:
            findings += search(table, datasets, policy)
    else:
        claimed, findings = claim(table, records, spec, policy, budget)
        if claimed is not None and claimed.is_proven:
            told(claimed)
        else:
            findings += _judge_unsaid(table, datasets, policy, budget, told)
    yield from acro.broken_claims(hint, findings)
    yield from findings


def _judge_unsaid(
    table: Table, datasets: Sequence[Dataset], policy: Policy, budget: Budget, told: Told
) -> Iterator[Finding]:
    """What the file is found to be without its hint, and rows of the source in any case."""
    records = [DatabaseRecords(data) for data in datasets]
    claimed, findings = claim(table, records, None, policy, budget)
    if claimed is not None:
        told(claimed)
        yield from findings
    yield from search(table, datasets, policy)


def _judge_claim(
    table: Table,
    datasets: Sequence[Dataset],
    spec: TableSpec | None,
    policy: Policy,
    budget: Budget,
    *,
    told: Told,
) -> Iterator[Finding]:
    records = [DatabaseRecords(data) for data in datasets]
    claimed, findings = claim(table, records, spec, policy, budget)
    if claimed is not None:
        told(claimed)
    yield from findings
    # What looks like a table of very small groups may be a list of people.
    is_doubtful = spec is None and any(one.verdict is Verdict.FAIL for one in findings)
    if claimed is None or not claimed.is_proven or is_doubtful:
        yield from search(table, datasets, policy)


def claim(
    table: Table,
    records: Sequence[Records],
    spec: TableSpec | None,
    policy: Policy,
    budget: Budget,
) -> tuple[Claimed | None, list[Finding]]:
    """What a table is, and what its cells break; no claim when that is not known."""
    if spec is None:
        claimed, tried = _infer(table, records, policy, budget)
        findings = []
        if claimed is None:
            reason = f"without a spec it is not known what the numbers are: {tried}"
            mend = "give rows, columns and aggregate"
            findings = [whole("no-spec", Verdict.REVIEW, reason, mend)]
    else:
        claimed, findings = _hold(table, records, spec, policy)
    if claimed is not None:
        findings += judge_claimed(claimed, policy)
        explained = _explained(claimed, records) - {one.label for one in claimed.groups}
        findings += headings.find(table, explained)
        findings += headings.find_groups(claimed.groups)
    return claimed, findings


def _explained(claimed: Claimed, records: Sequence[Records]) -> set[str]:
    """Names that are labels or columns of the source."""
    labels = {
        label
        for matched in claimed.matched
        for cell in matched.cells
        if cell.shows_number or not cell.problem
        for label in cell.labels.values()
    }
    return labels.union(*(one.types for one in records))


def _nearest(policy: Policy) -> list[Rounding]:
    """To which multiples a policy wants counts rounded; only a spec says that it was by chance."""
    return [one.to_nearest() for one in policy.rounding]


def search(table: Table, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    """Look for the source's rows and values in a table that the source does not account for."""
    if len(table.rows) > PREVIEW_ROWS:
        reason = f"a checker sees {PREVIEW_ROWS} rows, and the source does not explain the rest"
        mend = "split it, or give the spec that makes every number checkable"
        yield whole("unseen-rows", Verdict.FAIL, reason, mend)
    yield from search_rows(table, datasets, policy)


def _infer(
    table: Table, records: Sequence[Records], policy: Policy, budget: Budget
) -> tuple[Claimed | None, str]:
    said: list[Tried] = []
    with budget.inferring(SECONDS) as ends:
        for place, one in enumerate(records):
            claimed, tried = infer(
                one,
                table,
                depth=policy.depth,
                roundings=_nearest(policy),
                seconds=(ends - budget.clock()) / (len(records) - place),
                clock=budget.clock,
            )
            if claimed is not None:
                return claimed, ""
            said.append(tried)
    return None, "; ".join(dict.fromkeys(tried.words() for tried in said))


def _hold(
    table: Table, records: Sequence[Records], spec: TableSpec, policy: Policy
) -> tuple[Claimed | None, list[Finding]]:
    """Hold the table against the first source that has the columns the spec names."""
    unknown = [unknown_columns(spec, one) for one in records]
    fitting = [one for one, names in zip(records, unknown, strict=True) if not names]
    if not fitting:
        names = ", ".join(repr(name) for name in min(unknown, key=len))
        mend = "name the columns as the source does"
        reason = f"the spec names {names}, which the source does not have"
        return None, [whole(UNKNOWN_COLUMN, Verdict.FAIL, reason, mend)]
    try:
        one = fitting[0]
        claimed = as_specified(one, table, spec, depth=policy.depth, roundings=_nearest(policy))
        if spec.perturbation is not None and isinstance(one, DatabaseRecords):
            claimed = held(claimed, one.data, spec.perturbation)
    except BadSpec as error:
        return None, [whole(BAD_SPEC, Verdict.FAIL, str(error), "mend the spec")]
    except NotThatTable as error:
        mend = "print the columns that the spec names, or mend the spec"
        return None, [whole("layout", Verdict.REVIEW, str(error), mend)]
    findings: list[Finding] = []
    declared = Rounding.read(spec.rounding)
    known = {one.base for one in policy.rounding}
    if declared is not None and declared.base > LARGEST_BASE and declared.base not in known:
        reason = f"counts rounded to {declared} say too little to be held against the source"
        mend = f"round them to {LARGEST_BASE} or less"
        findings.append(whole("rounding", Verdict.REVIEW, reason, mend))
    if spec.weight is not None:
        reason = f"it is not known whether {spec.weight!r} is a weight: weights can hide values"
        findings.append(whole("weight", Verdict.REVIEW, reason, "tell the checker what it is"))
    return claimed, findings
