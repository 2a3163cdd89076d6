from pathlib import Path

from output_checker.domain.workflow import WORKFLOW
from output_checker.domain.workflow_diagram import as_markdown

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "request-states.md"


def test_the_page_shows_the_workflow_that_runs():
    assert PAGE.read_text() == as_markdown()


def test_every_step_is_drawn():
    page = as_markdown()

    for (was, action), step in WORKFLOW.items():
        assert f"{was} --> {step.to}: {action} ({', '.join(step.by)})" in page
