"""Eight hundred people, and the engine that judges a file against them."""

from random import Random

import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy

POLICY = Policy(name="test")
REGIONS, TRADES = ("north", "south", "east", "west"), ("farm", "mill", "port", "shop", "bank")


def make_people():
    chance = Random(5)
    return [
        (f"QQ{100000 + 7 * at}{chance.choice('ABCD')}", chance.choice(REGIONS),
         chance.choice(TRADES), chance.randint(16, 80), round(chance.lognormvariate(10, 0.6), 2))
        for at in range(800)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    rows = make_people()
    path = tmp_path_factory.mktemp("people") / "people.csv"
    lines = [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join(["nino,region,trade,age,pay", *lines]) + "\n")
    return Source(name="people", path=path, entity="nino", identifiers=("nino",)), rows


@pytest.fixture
def judge(people, tmp_path):
    def judge(text, name="notes.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        report = check_files([path], sources=[people[0]], specs={}, policy=POLICY)
        return report.files[0]

    return judge


def rules(report, verdict=Verdict.FAIL):
    return {finding.rule for finding in report.findings if finding.verdict is verdict}
