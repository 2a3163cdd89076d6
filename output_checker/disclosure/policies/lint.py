"""What is wrong with a policy file, and what its readers should know."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from output_checker.disclosure.errors import BadPolicy
from output_checker.disclosure.policies.load import base_of, load, read_document
from output_checker.disclosure.policy import Policy

_LOW_THRESHOLD: Final = 5
_TEXTS: Final = ("title", "source", "version")
_OFTEN_FORGOTTEN: Final = ("threshold", "zeros_disclosive", "dominance", "p_percent",
                           "residual_dof", "mode_units")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    kind: Literal["wrong", "remark"]
    words: str


def remarks(path: Path) -> list[Remark]:
    """Everything there is to say; `wrong` where the file cannot be used."""
    try:
        policy = load(path)
        document = read_document(path)
        base = base_of(document)
    except BadPolicy as error:
        return [Remark(kind="wrong", words=str(error))]
    said = [*_about(policy)]
    said += [f"it says no {key}" for key in _TEXTS if key not in document]
    if base is None:
        missing = [key for key in _OFTEN_FORGOTTEN if key not in document]
        defaults = "; ".join(missing)
        said += [f"it extends nothing and leaves to defaults: {defaults}"] if missing else []
    return [Remark(kind="remark", words=words) for words in said]


def _about(policy: Policy) -> Iterator[str]:
    if policy.threshold < _LOW_THRESHOLD:
        yield f"a threshold of {policy.threshold} is lower than any published practice"
    if not policy.zeros_disclosive and policy.class_share is None:
        yield "zeros may stay, and nothing looks at rows that are all in one cell (class_share)"
    if not policy.dominance and not policy.p_percent:
        yield "no rule protects totals from their largest contributor"
    if len({one.is_midpoint for one in policy.rounding}) > 1:
        yield "no number is rounded both to a base and to midpoints"
    for one in policy.rounding:
        if one.is_midpoint and one.base < policy.threshold - 1:
            yield f"bands of {one.base} tell small counts apart, so they fail as if not rounded"
    if policy.prior_percent == 0:
        yield "prior_percent of 0 asks for infinite protection; leave it out for the p% rule"
