"""From a notebook in the real workspace image to the form on the request's page."""

import re

import pytest

from infra.demo import accounts, pages
from infra.demo.story import CONTEXT, CONTROLS

TABLE = """
import haven
import pandas as pd

people = pd.read_parquet("/data/labour-market/people.parquet")
table = haven.check(people, by="sex", entity="nino")
made = haven.submit({"by-sex.csv": table}, check=True)
print(made.state, made.verdict.value, made.request_id, made.page)
"""
# What a cell shows goes to the page, and what is printed comes back here.
MAGICS = """
shell = get_ipython()
print(len(shell.run_line_magic("haven", "status")) > 0)
print(shell.run_cell_magic("haven_table", "--data people", "people.groupby('sex').size()").verdict)
print(shell.run_line_magic("haven", "check by-sex.csv").state)
"""


@pytest.fixture(scope="module")
def checked(told):
    """What `haven.submit` printed of a table that passes."""
    kernel = told.kernel
    said = kernel.run(TABLE)
    assert said.error is None
    return said.text.split()


def test_a_notebooks_table_is_checked_by_the_worker_and_its_page_named(told, checked):
    state, verdict, request_id, page = checked

    assert (state, verdict) == ("draft", "pass")
    assert page == f"{told.instance.public_url}/requests/{request_id}"
    assert "by-sex.csv.spec.json" in told.shell("ls /outputs")


def test_the_magics_are_there_without_loading_anything(told, checked):
    said = told.kernel.run(MAGICS)

    assert said.error is None
    assert said.text.split() == ["True", "pass", "draft"]


def test_the_page_submits_what_was_checked(told, checked):
    request_id = checked[2]
    researcher = told.browsers[accounts.RESEARCHER]
    page = researcher.http.get(f"/requests/{request_id}").text
    told.shell("echo changed >> /outputs/by-sex.csv")

    answer = researcher.http.post(
        f"/requests/{request_id}/submit",
        data={
            "turn": re.search(r'name="turn" value="(\d+)"', page)[1],
            "context": CONTEXT,
            "controls": CONTROLS,
            "recipients": accounts.RESEARCHER,
        },
    )

    assert answer.status_code == 200
    assert pages.state(researcher, request_id) == "submitted"
    waiting = "haven status --format json"
    assert '"state": "submitted"' in told.shell(waiting)
