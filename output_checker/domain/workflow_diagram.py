"""The workflow as a picture and a table, spelled from the one table that is the workflow."""

from output_checker.domain.release_request import WORKFLOW, State


def as_markdown() -> str:
    ends = [state for state in State if not any(was is state for was, _ in WORKFLOW)]
    lines = [
        "# The states of a release request",
        "",
        "Drawn from `WORKFLOW` in `output_checker/domain/release_request.py` by",
        "`python -m output_checker.adapters.draw_workflow`; a test fails when the two differ.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {State.CHECKING}",
        *(
            f"    {was} --> {step.to}: {action} ({step.by})"
            for (was, action), step in WORKFLOW.items()
        ),
        *(f"    {state} --> [*]" for state in ends),
        "```",
        "",
        "| from | action | by | to | needs approvals |",
        "|---|---|---|---|---|",
        *(
            f"| {was} | {action} | {step.by} | {step.to} | {_yes(step.needs_approvals)} |"
            for (was, action), step in WORKFLOW.items()
        ),
        "",
        "Approvals are votes of different checkers, none of them the author or a member of the",
        "project, on exactly the bytes that are there now.",
    ]
    return "\n".join(lines) + "\n"


def _yes(holds: bool) -> str:
    return "yes" if holds else ""
