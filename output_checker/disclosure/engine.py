"""Read, gather evidence, apply rules, give a verdict.

Whatever a file makes the engine do wrong ends here as a finding: what could not be checked
is not passed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from output_checker.disclosure.budget import Budget, Spent
from output_checker.disclosure.cleaning.cleaners import naming_the_command
from output_checker.disclosure.differencing.judge import compare
from output_checker.disclosure.differencing.published import Published, published_by
from output_checker.disclosure.documents import UNFINISHED, judge_document
from output_checker.disclosure.errors import BadSource, Unreadable
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.source import Dataset, opened
from output_checker.disclosure.index.build import Keeper, build, keep
from output_checker.disclosure.model import FileReport, Finding, Preview, Report, Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.previews import marked, previews_of
from output_checker.disclosure.readers import files, kinds, sandbox
from output_checker.disclosure.spec import Spec
from output_checker.disclosure.studies.linked import judge_pairs

MAX_FINDINGS: Final = 5_000
_UNCOMPARED: Final = Finding(
    rule=UNFINISHED,
    verdict=Verdict.FAIL,
    where="the whole file",
    reason="comparing these files with each other and with earlier ones took too long",
    mend="submit fewer tables and models at once",
)


def check_files(
    files: Sequence[Path],
    *,
    sources: Sequence[Source],
    specs: Mapping[str, Spec],
    policy: Policy,
    max_bytes: int = kinds.MAX_FILE_BYTES,
    display_names: Mapping[Path, str] | None = None,
    released: Sequence[Spec] = (),
    earlier: Sequence[Published] = (),
    older: Sequence[Source] = (),
    keeper: Keeper | None = None,
    budget: Callable[[], Budget] = Budget,
) -> Report:
    """Judge files against the data they were made from.

    Safe to call from several threads: nothing is kept between calls but what `keeper` holds.

    Args:
        files: Paths of regular files; a link, directory or pipe becomes a finding.
        sources: Datasets; each is opened once for all files.
        specs: Display name of a file to what the researcher says it is.
        policy: Thresholds to judge by.
        max_bytes: Larger files are refused without being read, and those too that are larger than
            their kind may be.
        display_names: What to call a file; its own name when absent.
        released: Specs of models that were released before.
        earlier: Tables that were released before, of any project.
        older: Other versions of the sources, which earlier tables may have been made from.
        keeper: Where an index of a dataset version is kept; each is made anew when absent.
        budget: Begins what one file may take to be judged, once it is read.

    Returns:
        A report that holds one entry a file, in order. What a file holds never raises.

    Raises:
        BadSource: A dataset cannot be opened.
    """
    named = [(path, (display_names or {}).get(path, path.name)) for path in files]
    # It loads its readers while the datasets are opened.
    sandbox.SHARED.start()
    with ExitStack() as stack:
        datasets = [stack.enter_context(opened(source)) for source in sources]
        for data in datasets:
            data.index = build(data, keeper)
            stack.callback(keep, data, keeper)
        tables: list[Published] = []
        reports = [
            _check(
                path, name, datasets, specs.get(name),
                policy=policy, max_bytes=max_bytes, budget=budget, tables=tables,
            )
            for path, name in named
        ]  # fmt: skip
        pairs = judge_pairs(specs, released, datasets, policy)
        others = _opened(stack, older, earlier) if tables else []
        compared = compare(tables, earlier, datasets, policy, others)
        about = {*specs, *(one.file for one in tables)}
        with _begun(budget, [*datasets, *others]):
            reports = _with_twins(reports, about, chain(pairs, compared))
    # Nothing was judged, so nothing may pass.
    verdict = Verdict.worst(item.verdict for item in reports) if reports else Verdict.REVIEW
    return Report(verdict=verdict, policy=policy.name, files=tuple(reports))


def compare_tables(
    tables: Sequence[Published],
    *,
    earlier: Sequence[Published],
    sources: Sequence[Source],
    policy: Policy,
    older: Sequence[Source] = (),
    budget: Callable[[], Budget] = Budget,
) -> list[Finding]:
    """What tables that were judged before tell together with others; as `check_files`.

    Raises:
        BadSource: A dataset cannot be opened.
    """
    with ExitStack() as stack:
        datasets = [stack.enter_context(opened(source)) for source in sources]
        unknown = {one.source for one in tables} - {one.name for one in sources}
        others = _opened(stack, older, earlier)
        try:
            with _begun(budget, [*datasets, *others]):
                told = [*compare(tables, earlier, datasets, policy, others)]
        except Spent:
            return [_UNCOMPARED]
        found = [finding for _, finding in told]
        return [*found, _UNCOMPARED] if unknown else found


def _opened(
    stack: ExitStack, older: Sequence[Source], earlier: Sequence[Published]
) -> list[Dataset]:
    """The versions that earlier tables were made from, as far as they are still there."""
    wanted = {(one.source, one.version) for one in earlier}
    found = []
    for source in older:
        if (source.name, source.version) in wanted:
            with suppress(BadSource):
                found.append(stack.enter_context(opened(source)))
    return found


def _with_twins(
    reports: Sequence[FileReport], about: Iterable[str], found: Iterable[tuple[str, Finding]]
) -> list[FileReport]:
    """Add what the files say together, and with what was released, that none says alone."""
    more: dict[str, list[Finding]] = defaultdict(list)
    try:
        for name, finding in found:
            more[name].append(finding)
    except Spent:
        for name in about:
            more[name].append(_UNCOMPARED)
    except Exception as error:  # noqa: BLE001 - the engine's promise is an answer for any file
        for name in about:
            more[name].append(_crash(error))
    return [_with(one, more[one.file]) if one.file in more else one for one in reports]


def _with(report: FileReport, findings: Sequence[Finding]) -> FileReport:
    verdict = Verdict.worst((report.verdict, *(one.verdict for one in findings)))
    every = (*report.findings, *findings)
    previews = marked(report.previews, every)
    return replace(report, verdict=verdict, findings=every, previews=previews)


def _check(
    path: Path,
    name: str,
    datasets: Sequence[Dataset],
    spec: Spec | None,
    *,
    policy: Policy,
    max_bytes: int,
    budget: Callable[[], Budget],
    tables: list[Published],
) -> FileReport:
    """Also adds the file's tables to `tables`."""
    sha256, known = "", ""
    previews: tuple[Preview, ...] = ()
    published: list[Published] = []
    versions = {data.source.name: data.source.version for data in datasets}

    def told(part: int, table: Claimed) -> None:
        version = versions[table.source]
        published.extend(published_by(table, file=name, part=part, version=version))

    try:
        kind = kinds.kind_of(name)
        known = kind.name
        content = files.load(path, min(max_bytes, kind.most_bytes))
        sha256 = content.sha256
        kinds.require_beginning(kind, content.data)
        document = sandbox.SHARED.read(kind.name, content.data)
        previews = previews_of(document)
        with _begun(budget, datasets) as left:
            findings = _bounded(judge_document(document, datasets, spec, policy, left, told=told))
        previews = marked(previews, findings)
    except Unreadable as refusal:
        findings = [_refusal(refusal)]
    except Exception as error:  # noqa: BLE001 - the engine's promise is an answer for any file
        findings = [_crash(error)]
    tables.extend(published)
    report = FileReport.of(name, sha256, naming_the_command(findings, known), previews)
    return replace(report, published=tuple(one.as_json() for one in published))


@contextmanager
def _begun(budget: Callable[[], Budget], datasets: Sequence[Dataset]) -> Iterator[Budget]:
    """The datasets answer as long as this goes."""
    with budget() as left:
        for data in datasets:
            data.budget = left
        yield left


def _refusal(refusal: Unreadable) -> Finding:
    return Finding(
        rule=refusal.rule,
        verdict=Verdict.FAIL,
        where="the whole file",
        reason=refusal.reason,
        mend=refusal.mend or "save it as a CSV table, a text or a picture",
    )


def _crash(error: Exception) -> Finding:
    # The kind only: the message of an error may quote the data.
    return Finding(
        rule="not-checked",
        verdict=Verdict.FAIL,
        where="the whole file",
        reason=f"the check stopped ({type(error).__name__}), so nothing is known of this file",
        mend="submit a simpler table, or tell the people who run Haven",
    )


def _bounded(found: Iterator[Finding]) -> list[Finding]:
    findings: list[Finding] = []
    left_off = 0
    worst = Verdict.PASS
    for finding in found:
        if len(findings) < MAX_FINDINGS:
            findings.append(finding)
        else:
            left_off += 1
            worst = max(worst, finding.verdict)
    if left_off:
        findings.append(
            Finding(
                rule="more",
                verdict=worst,
                where="the whole file",
                reason=f"{left_off} more findings are not listed",
            )
        )
    return findings
