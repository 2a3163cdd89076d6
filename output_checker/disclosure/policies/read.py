"""A policy's keys and values, each checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from output_checker.disclosure.errors import BadPolicy
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Dominance, Policy, Weighting

_MOST_WHOLE: Final = 1_000_000
_MOST_LARGEST: Final = 100
_WHOLE: Final = {"threshold": 1, "residual_dof": 0, "quantile_units": 1, "mode_units": 0}
_SHARES: Final = ("largest_share", "class_share", "class_review_share", "missing_share")
_PERCENTS: Final = ("p_percent", "prior_percent")
_TEXTS: Final = ("version", "title", "source")
KEYS: Final = (
    "extends", *_TEXTS, "threshold", "small_counts", "zeros_disclosive", "dominance",
    *_PERCENTS, "largest_share", "weighting", "residual_dof", "quantile_units", "mode_units",
    "class_share", "class_review_share", "missing_share", "rounding",
)  # fmt: skip


def parse(name: str, document: Mapping[str, Any], base: Policy | None = None) -> Policy:
    """Keys that are absent keep the values of `base`. Raises: BadPolicy."""
    if unknown := [key for key in document if key not in KEYS]:
        raise BadPolicy(f"policy {name}: unknown {', '.join(unknown)}; known are {', '.join(KEYS)}")
    policy = replace(base or Policy(name=name), name=name)
    for key, value in document.items():
        if key != "extends":
            policy = replace(policy, **{key: _read(name, key, value)})
    return policy


def _read(name: str, key: str, value: Any) -> Any:
    if key in _WHOLE:
        return _whole(name, key, value, least=_WHOLE[key])
    if key in _SHARES:
        return _amount(name, key, value, most=1)
    if key in _PERCENTS:
        return _amount(name, key, value, most=100)
    if key in _TEXTS:
        if not isinstance(value, str):
            raise BadPolicy(f"policy {name}: {key} must be text")
        return value
    return _OTHERS[key](name, value)


def _zeros(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadPolicy(f"policy {name}: zeros_disclosive must be true or false")
    return value


def _small_counts(name: str, value: Any) -> Verdict:
    if value not in ("fail", "review"):
        raise BadPolicy(f"policy {name}: small_counts must be fail or review")
    return Verdict(value)


def _weighting(name: str, value: Any) -> Weighting:
    if value not in tuple(Weighting):
        raise BadPolicy(f"policy {name}: weighting must be {' or '.join(Weighting)}")
    return Weighting(value)


def _dominance(name: str, value: Any) -> tuple[Dominance, ...]:
    rules = []
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, Mapping) or set(one) - {"n", "k"}:
            raise BadPolicy(f'policy {name}: dominance must be {{"n": units, "k": share}}')
        n = _whole(name, "dominance.n", one.get("n", 2), least=1, most=_MOST_LARGEST)
        rules.append(Dominance(n=n, share=_amount(name, "dominance.k", one.get("k", 0.9), most=1)))
    return tuple(sorted(rules))


def _rounding(name: str, value: Any) -> tuple[Rounding, ...]:
    found = []
    for text in value if isinstance(value, list) else [value]:
        rounding = Rounding.read(str(text))
        if rounding is None:
            raise BadPolicy(f"policy {name}: rounding must be a base such as 5, or midpoint6")
        found.append(rounding)
    return tuple(sorted(found))


_OTHERS: Final = {
    "zeros_disclosive": _zeros,
    "small_counts": _small_counts,
    "weighting": _weighting,
    "dominance": _dominance,
    "rounding": _rounding,
}


def _whole(name: str, key: str, value: Any, *, least: int, most: int = _MOST_WHOLE) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadPolicy(f"policy {name}: {key} must be a whole number from {least} to {most}")
    return value


def _amount(name: str, key: str, value: Any, *, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadPolicy(f"policy {name}: {key} must be a number from 0 to {most:g}")
    return float(value)
