"""Named policies that ship with Haven, and policy files of one's own."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.errors import BadPolicy
from output_checker.disclosure.model import Policy

PRESETS: Final = Path(__file__).parent
_MOST_WHOLE: Final = 1_000_000
_MOST_LARGEST: Final = 100
_KEYS: Final = ("threshold", "dominance", "p_percent", "zeros_disclosive", "residual_dof")


def presets() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def load(name_or_path: str | Path) -> Policy:
    """A shipped policy by name, or one from a JSON or TOML file.

    Raises:
        BadPolicy: Unknown name, unreadable file, unknown key or a value out of range.
    """
    text = str(name_or_path)
    if text in presets():
        return parse(text, tomllib.loads((PRESETS / f"{text}.toml").read_text()))
    path = Path(text)
    if not path.is_file():
        raise BadPolicy(f"no policy {text!r}; known are {', '.join(presets())}, or name a file")
    try:
        content = path.read_text()
        is_toml = path.suffix.lower() == ".toml"
        document = tomllib.loads(content) if is_toml else json.loads(content)
    except (OSError, ValueError, RecursionError):
        raise BadPolicy(f"policy file {path.name} is neither JSON nor TOML") from None
    if not isinstance(document, dict):
        raise BadPolicy(f"policy file {path.name} must hold keys and values")
    return parse(path.stem, document)


def parse(name: str, document: Mapping[str, Any]) -> Policy:
    """Keys that are absent keep the defaults of `Policy`. Raises: BadPolicy."""
    if unknown := [key for key in document if key not in _KEYS]:
        raise BadPolicy(
            f"policy {name}: unknown {', '.join(unknown)}; known are {', '.join(_KEYS)}"
        )
    dominance = document.get("dominance", {})
    if not isinstance(dominance, Mapping) or set(dominance) - {"n", "k"}:
        raise BadPolicy(f'policy {name}: dominance must be {{"n": units, "k": share}}')
    zeros = document.get("zeros_disclosive", True)
    if not isinstance(zeros, bool):
        raise BadPolicy(f"policy {name}: zeros_disclosive must be true or false")
    return Policy(
        name=name,
        threshold=_whole(name, "threshold", document.get("threshold", 10), least=1),
        dominance_n=_whole(name, "dominance.n", dominance.get("n", 2), least=1, most=_MOST_LARGEST),
        dominance_share=_amount(name, "dominance.k", dominance.get("k", 0.9), most=1),
        p_percent=_amount(name, "p_percent", document.get("p_percent", 10), most=100),
        zeros_disclosive=zeros,
        residual_dof=_whole(name, "residual_dof", document.get("residual_dof", 10), least=0),
    )


def _whole(name: str, key: str, value: Any, *, least: int, most: int = _MOST_WHOLE) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadPolicy(f"policy {name}: {key} must be a whole number from {least} to {most}")
    return value


def _amount(name: str, key: str, value: Any, *, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadPolicy(f"policy {name}: {key} must be a number from 0 to {most:g}")
    return float(value)
