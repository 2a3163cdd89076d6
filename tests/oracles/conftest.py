"""Other people's programs, in an environment of their own: requirements/oracles.txt."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.other_programs import python_of_oracles

_HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def oracle(tmp_path_factory):
    """Ask one of the programs beside this file; JSON in and out."""
    python = python_of_oracles()
    # They leave files of their own where they run.
    place = tmp_path_factory.mktemp("oracle")

    def ask(program, question, seconds=300):
        done = subprocess.run(
            [python, _HERE / f"{program}.py"], input=json.dumps(question), text=True,
            capture_output=True, timeout=seconds, check=False, cwd=place,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return ask
