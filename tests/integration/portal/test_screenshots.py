"""Pictures for the documentation, taken of the pages as they are.

Not in every run: HAVEN_SCREENSHOTS=1 python -m pytest tests/integration/portal/test_screenshots.py
"""

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from output_checker.domain.file_group import FileGroup, FileRole
from tests.integration.portal.conftest import House, a_figure, a_finding, a_table
from tests.integration.portal.live import LivePortal
from tests.integration.portal.test_queue import steps
from tests.integration.portal.test_review import vote

IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
WINDOW = {"width": 1280, "height": 800}

pytestmark = pytest.mark.skipif(
    "HAVEN_SCREENSHOTS" not in os.environ, reason="pictures are taken when asked for"
)


class ShownHouse(House):
    """Names that read well in a picture; they are free in a fresh database only."""

    def __init__(self, *given):
        super().__init__(*given)
        self.tag = "regions"
        self.project_id, self.other_id = "pay-regions", "other-regions"
        self.clock.at = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


def a_request(house, **changes):
    rows = [[region, trade, str(n)] for region, trade, n in (
        ("north", "care", 214), ("north", "trade", 187), ("north", "mining", 3),
        ("south", "care", 305), ("south", "trade", 266), ("south", "mining", 41),
    )]  # fmt: skip
    table = a_table(
        name="tables/people-by-region-and-trade.csv", verdict="fail",
        findings=(a_finding(
            where="row 3, column 'n'", position=[2, 2],
            cell={"region": "north", "trade": "mining"},
            mend="Merge the trade with another, or hide the count and one more of its row.",
        ),),
        previews=({
            "kind": "table", "header": ["region", "trade", "n"], "rows": rows,
            "total_rows": len(rows), "flagged": [[2, 2]],
        },),
    )  # fmt: skip
    files = [
        table,
        a_figure(name="figures/pay.png", verdict="review"),
        a_table(name="tables/mean-pay.csv", verdict="pass", findings=()),
        a_table(name="code/story.py", verdict="review", role=FileRole.CODE, findings=()),
    ]
    return house.add_request(
        files=[replace(file, file_id=uuid.uuid4().hex) for file in files],
        groups=(FileGroup(
            context="People by region and trade, of jobs.parquet, all of 2025",
            controls="Counts below 10 were to be merged",
        ),),
        **({"verdict": "fail"} | changes),
    )  # fmt: skip


@pytest.fixture
def portal(portal_database_url, tmp_path, chromium):
    house = ShownHouse(portal_database_url, tmp_path)
    house.populate()
    with LivePortal(house, chromium) as running:
        yield running
    house.engine.dispose()


def test_pictures_are_taken(portal):
    house = portal.house
    request = a_request(house, due_at=house.clock.now() + timedelta(days=2))
    vote(house, "checker1", request, do="save")
    a_request(house, due_at=house.clock.now() - timedelta(days=1))
    voted = a_request(house, verdict="review")
    vote(house, "checker1", voted, "return", comment="Row 3 is small")
    for number, hours in enumerate((5, 20, 30, 55)):
        steps(
            house, f"{number:032x}",
            ("request.submit", "author", timedelta(days=0)),
            ("review.recorded", "checker1", timedelta(hours=hours)),
            ("request.approve", "checker2", timedelta(hours=hours + 9)),
        )  # fmt: skip
    page = portal.window("checker1", viewport=WINDOW)
    dark = portal.window("checker1", viewport=WINDOW, color_scheme="dark")
    IMAGES.mkdir(exist_ok=True)
    address = f"/review/{request.request_id}"
    shots = (("queue", page, "/review"), ("review", page, address), ("review-dark", dark, address),
             ("decide", page, f"{address}/decide"))  # fmt: skip
    for name, window, path in shots:
        window.goto(path)
        if name.startswith("review"):
            window.locator(".haven-status").first.scroll_into_view_if_needed()
        window.screenshot(path=IMAGES / f"{name}.png")
        assert (IMAGES / f"{name}.png").stat().st_size < 200_000
