"""Other people's programs, in an environment of their own: requirements/oracles.txt."""

import os
from pathlib import Path

import pytest

_VENV = Path(__file__).parents[1] / ".venv-oracles"


def python_of_oracles() -> Path:
    """Its Python; skips the test where nobody has made the environment."""
    named = os.environ.get("HAVEN_ORACLES")
    if not named and not (_VENV / ".haven-oracles").exists():
        pytest.skip("./haven test makes the environment of requirements/oracles.txt")
    return Path(named or _VENV / "bin" / "python").absolute()
