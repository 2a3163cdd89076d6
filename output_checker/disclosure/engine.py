"""Read, gather evidence, apply rules, give a verdict.

Whatever a file makes the engine do wrong ends here as a finding: what could not be checked
is not passed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from output_checker.disclosure.budget import Budget, Spent
from output_checker.disclosure.cleaning.cleaners import naming_the_command
from output_checker.disclosure.documents import UNFINISHED, judge_document
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.evidence.source import Dataset, opened
from output_checker.disclosure.index.build import Keeper, build, keep
from output_checker.disclosure.model import FileReport, Finding, Preview, Report, Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.previews import previews_of
from output_checker.disclosure.readers import files, kinds, sandbox
from output_checker.disclosure.spec import Spec
from output_checker.disclosure.studies.linked import judge_pairs

MAX_FINDINGS: Final = 5_000
_UNCOMPARED: Final = Finding(
    rule=UNFINISHED,
    verdict=Verdict.FAIL,
    where="the whole file",
    reason="comparing the models of these files took too long",
    mend="submit fewer models at once",
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
        released: What was released before, as far as it has a spec.
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
        reports = [
            _check(
                path, name, datasets, specs.get(name),
                policy=policy, max_bytes=max_bytes, budget=budget,
            )
            for path, name in named
        ]  # fmt: skip
        reports = _with_twins(reports, specs, released, datasets, policy, budget=budget)
    # Nothing was judged, so nothing may pass.
    verdict = Verdict.worst(item.verdict for item in reports) if reports else Verdict.REVIEW
    return Report(verdict=verdict, policy=policy.name, files=tuple(reports))


def _with_twins(
    reports: Sequence[FileReport],
    specs: Mapping[str, Spec],
    released: Sequence[Spec],
    datasets: Sequence[Dataset],
    policy: Policy,
    *,
    budget: Callable[[], Budget],
) -> list[FileReport]:
    """Add what the files say together that none says alone."""
    more: dict[str, list[Finding]] = defaultdict(list)
    try:
        with _begun(budget, datasets):
            for name, finding in judge_pairs(specs, released, datasets, policy):
                more[name].append(finding)
    except Spent:
        for name in specs:
            more[name].append(_UNCOMPARED)
    except Exception as error:  # noqa: BLE001 - the engine's promise is an answer for any file
        for name in specs:
            more[name].append(_crash(error))
    return [
        FileReport.of(one.file, one.sha256, (*one.findings, *more[one.file]), one.previews)
        if one.file in more
        else one
        for one in reports
    ]


def _check(
    path: Path,
    name: str,
    datasets: Sequence[Dataset],
    spec: Spec | None,
    *,
    policy: Policy,
    max_bytes: int,
    budget: Callable[[], Budget],
) -> FileReport:
    sha256, known = "", ""
    previews: tuple[Preview, ...] = ()
    try:
        kind = kinds.kind_of(name)
        known = kind.name
        content = files.load(path, min(max_bytes, kind.most_bytes))
        sha256 = content.sha256
        kinds.require_beginning(kind, content.data)
        document = sandbox.SHARED.read(kind.name, content.data)
        previews = previews_of(document)
        with _begun(budget, datasets) as left:
            findings = _bounded(judge_document(document, datasets, spec, policy, left))
        previews = previews_of(document, findings)
    except Unreadable as refusal:
        findings = [_refusal(refusal)]
    except Exception as error:  # noqa: BLE001 - the engine's promise is an answer for any file
        findings = [_crash(error)]
    return FileReport.of(name, sha256, naming_the_command(findings, known), previews)


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
