"""The way in as a picture and a table, spelled from the one table that it is."""

from output_checker.domain.ingress import INGRESS, IngressState, IngressStep


def as_markdown() -> str:
    ends = [state for state in IngressState if not any(was is state for was, _ in INGRESS)]
    lines = [
        "# The states of a file on its way into a project",
        "",
        "Drawn from `INGRESS` in `output_checker/domain/ingress.py` by",
        "`python -m output_checker.adapters.draw_ingress`; a test fails when the two differ.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {IngressState.QUARANTINED}",
        *(
            f"    {was} --> {step.to}: {action} ({_by(step)})"
            for (was, action), step in INGRESS.items()
        ),
        *(f"    {state} --> [*]" for state in ends),
        "```",
        "",
        "| from | action | by | to | needs |",
        "|---|---|---|---|---|",
        *(
            f"| {was} | {action} | {_by(step)} | {step.to} | {step.need} |"
            for (was, action), step in INGRESS.items()
        ),
        "",
        "A checker is one of the project's, and never the author, a member of the project or",
        "somebody with a conflict of interest about the author. The author is so only while a",
        "member.",
    ]
    return "\n".join(lines) + "\n"


def _by(step: IngressStep) -> str:
    return ", ".join(step.by)
