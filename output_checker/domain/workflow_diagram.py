"""The workflow as a picture and a table, spelled from the one table that is the workflow."""

from output_checker.domain.workflow import WORKFLOW, State, Step


def as_markdown() -> str:
    ends = [state for state in State if not any(was is state for was, _ in WORKFLOW)]
    lines = [
        "# The states of a release request",
        "",
        "Drawn from `WORKFLOW` in `output_checker/domain/workflow.py` by",
        "`python -m output_checker.adapters.draw_workflow`; a test fails when the two differ.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {State.CHECKING}",
        *(
            f"    {was} --> {step.to}: {action} ({_by(step)})"
            for (was, action), step in WORKFLOW.items()
        ),
        *(f"    {state} --> [*]" for state in ends),
        "```",
        "",
        "| from | action | by | to | needs |",
        "|---|---|---|---|---|",
        *(
            f"| {was} | {action} | {_by(step)} | {step.to} | {step.need} |"
            for (was, action), step in WORKFLOW.items()
        ),
        "",
        *_NEEDS,
    ]
    return "\n".join(lines) + "\n"


def _by(step: Step) -> str:
    return ", ".join(step.by)


_NEEDS = (
    "All that must agree: as many different checkers as the platform, the project and each of its",
    "datasets ask for (two at least), each on every output file; none of them the author, a member",
    "of the project, or somebody with a conflict of interest; nobody among the checkers who says",
    "otherwise; two people of the project's `override` list, with a reason each, for every file",
    "that fails; an owner, who has not voted, of every dataset that asks for a sign-off. All on",
    "exactly the bytes that are there now.",
)
