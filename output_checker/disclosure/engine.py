"""Read, gather evidence, apply rules, give a verdict.

Whatever a file makes the engine do wrong ends here as a finding: what could not be checked
is not passed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from output_checker.disclosure.boundary import UNCOMPARED, bounded, crashed, refused
from output_checker.disclosure.budget import Budget, Spent
from output_checker.disclosure.cleaning.cleaners import naming_the_command
from output_checker.disclosure.differencing.judge import compare
from output_checker.disclosure.differencing.published import Published, published_by
from output_checker.disclosure.documents import judge_document
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
    keeps_tables: bool = False,
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
        keeps_tables: Whether previews hold the whole of each table, to be kept for checkers.

    Returns:
        A report that holds one entry a file, in order. What a file holds never raises.

    Raises:
        BadSource: A dataset cannot be opened.
    """
    with bench(
        sources=sources, policy=policy, max_bytes=max_bytes, released=released, earlier=earlier,
        older=older, keeper=keeper, budget=budget, keeps_tables=keeps_tables,
    ) as made:  # fmt: skip
        return made.check(files, specs=specs, display_names=display_names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Datasets that are open for several checks; `check_files` says what each name means."""

    datasets: Sequence[Dataset]
    policy: Policy
    max_bytes: int
    released: Sequence[Spec]
    earlier: Sequence[Published]
    older: Sequence[Source]
    budget: Callable[[], Budget]
    keeps_tables: bool = False

    def check(
        self,
        files: Sequence[Path],
        *,
        specs: Mapping[str, Spec],
        display_names: Mapping[Path, str] | None = None,
    ) -> Report:
        """As `check_files`: these files are held against each other, and against no others."""
        tables: list[Published] = []
        reports = [
            _check(
                path, name, self.datasets, specs.get(name), policy=self.policy,
                max_bytes=self.max_bytes, budget=self.budget, tables=tables,
                keeps_tables=self.keeps_tables,
            )
            for path, name in [(one, (display_names or {}).get(one, one.name)) for one in files]
        ]  # fmt: skip
        pairs = judge_pairs(specs, self.released, self.datasets, self.policy)
        with ExitStack() as stack:
            others = _opened(stack, self.older, self.earlier) if tables else []
            compared = compare(tables, self.earlier, self.datasets, self.policy, others)
            about = {*specs, *(one.file for one in tables)}
            with _begun(self.budget, [*self.datasets, *others]):
                reports = _with_twins(reports, about, chain(pairs, compared))
        # Nothing was judged, so nothing may pass.
        verdict = Verdict.worst(item.verdict for item in reports) if reports else Verdict.REVIEW
        return Report(verdict=verdict, policy=self.policy.name, files=tuple(reports))


@contextmanager
def bench(
    *,
    sources: Sequence[Source],
    policy: Policy,
    max_bytes: int = kinds.MAX_FILE_BYTES,
    released: Sequence[Spec] = (),
    earlier: Sequence[Published] = (),
    older: Sequence[Source] = (),
    keeper: Keeper | None = None,
    budget: Callable[[], Budget] = Budget,
    keeps_tables: bool = False,
) -> Iterator[Bench]:
    """Open datasets once for several checks. Raises: BadSource, as `check_files`."""
    # It loads its readers while the datasets are opened.
    sandbox.SHARED.start()
    with ExitStack() as stack:
        datasets = [stack.enter_context(opened(source)) for source in sources]
        for data in datasets:
            data.index = build(data, keeper)
            stack.callback(keep, data, keeper)
        yield Bench(
            datasets=datasets, policy=policy, max_bytes=max_bytes, released=released,
            earlier=earlier, older=older, budget=budget, keeps_tables=keeps_tables,
        )  # fmt: skip


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
            return [UNCOMPARED]
        found = [finding for _, finding in told]
        return [*found, UNCOMPARED] if unknown else found


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
            more[name].append(UNCOMPARED)
    except Exception as error:  # noqa: BLE001 - the engine's promise is an answer for any file
        for name in about:
            more[name].append(crashed(error))
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
    keeps_tables: bool,
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
        previews = previews_of(document, keeps_tables=keeps_tables)
        with _begun(budget, datasets) as left:
            findings = bounded(judge_document(document, datasets, spec, policy, left, told=told))
        previews = marked(previews, findings)
    except Unreadable as refusal:
        findings = [refused(refusal)]
    except Exception as error:  # noqa: BLE001 - the engine's promise is an answer for any file
        findings = [crashed(error)]
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
