"""The states of an application as a picture and a table, spelled from the one table they are."""

from registry.domain.applications.workflow import WORKFLOW, State, Step


def as_markdown() -> str:
    ends = [state for state in State if not any(was is state for was, _ in WORKFLOW)]
    lines = [
        "# The states of an application for data",
        "",
        "Drawn from `WORKFLOW` in `registry/domain/applications/workflow.py` by",
        "`python -m registry.adapters.draw_applications`; a test fails when the two differ.",
        "What is not in the table cannot be done.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {State.DRAFT}",
        *(
            f"    {was} --> {step.to}: {action} ({_by(step)})"
            for (was, action), step in WORKFLOW.items()
        ),
        *(f"    {state} --> [*]" for state in ends),
        "```",
        "",
        "| from | action | by | to | needs | an agreement in force |",
        "|---|---|---|---|---|---|",
        *(
            f"| {was} | {action} | {_by(step)} | {step.to} | {step.need} | {_in_force(step)} |"
            for (was, action), step in WORKFLOW.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def _by(step: Step) -> str:
    return ", ".join(step.by)


def _in_force(step: Step) -> str:
    return {None: "", True: "there must be one", False: "there must be none"}[step.in_force]
