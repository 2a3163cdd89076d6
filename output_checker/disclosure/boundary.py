"""What the engine says of a file that it could not judge as others: findings, never an error."""

from collections.abc import Iterator
from typing import Final

from output_checker.disclosure.documents import UNFINISHED
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.model import Finding, Verdict

MAX_FINDINGS: Final = 5_000
UNCOMPARED: Final = Finding(
    rule=UNFINISHED,
    verdict=Verdict.FAIL,
    where="the whole file",
    reason="comparing these files with each other and with earlier ones took too long",
    mend="submit fewer tables and models at once",
)


def refused(refusal: Unreadable) -> Finding:
    return Finding(
        rule=refusal.rule,
        verdict=Verdict.FAIL,
        where="the whole file",
        reason=refusal.reason,
        mend=refusal.mend or "save it as a CSV table, a text or a picture",
    )


def crashed(error: Exception) -> Finding:
    # The kind only: the message of an error may quote the data.
    return Finding(
        rule="not-checked",
        verdict=Verdict.FAIL,
        where="the whole file",
        reason=f"the check stopped ({type(error).__name__}), so nothing is known of this file",
        mend="submit a simpler table, or tell the people who run Haven",
    )


def bounded(found: Iterator[Finding]) -> list[Finding]:
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
