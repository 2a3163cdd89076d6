"""How much risk a data owner accepts: the numbers that rules judge by."""

from dataclasses import dataclass
from enum import StrEnum

from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict


class Weighting(StrEnum):
    """How a weighted total is held against the contributions behind it.

    `contributions` compares unweighted contributions with the weighted total, as Statistics
    Norway does; `replicate` counts a contribution as often as its weight says, as tau-Argus does.
    """

    CONTRIBUTIONS = "contributions"
    REPLICATE = "replicate"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Dominance:
    """No `n` units may hold `share` (0-1) or more of a total."""

    n: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rules that are off have None.

    Attributes:
        version: Of the numbers, for the release record.
        title, source: What it is in a few words, and who publishes it.
        threshold: Fewest units a published cell may rest on.
        small_counts: What a cell under the threshold is: `fail`, or `review` where a person
            scores the risk.
        zeros_disclosive: Whether an empty cell tells something about a group.
        dominance: Every one of these must hold.
        p_percent: The runner-up may not know the largest contribution closer than this (0-100).
        prior_percent: How well each contribution is known beforehand (0-100), for the p/q rule.
        largest_share: Share (0-1) of a total that its largest unit may hold at most.
        weighting: How weighted totals are compared.
        residual_dof: Fewest degrees of freedom behind a measure of spread or a model.
        quantile_units: Fewest units at or beyond a quantile on each side; None asks for half
            the threshold, which is what the threshold itself asks of a median.
        mode_units: Fewest units that have a published mode.
        class_share: Share (0-1) of its row or column that a cell may not reach.
        class_review_share: Likewise, for a person to look at.
        missing_share: Share (0-1) of a cell's records without a value that a person looks at.
        rounding: How published counts must be rounded; all of these.
    """

    name: str
    version: str = "1"
    title: str = ""
    source: str = ""
    threshold: int = 10
    small_counts: Verdict = Verdict.FAIL
    zeros_disclosive: bool = True
    dominance: tuple[Dominance, ...] = (Dominance(n=2, share=0.9),)
    p_percent: float = 10.0
    prior_percent: float | None = None
    largest_share: float | None = None
    weighting: Weighting = Weighting.CONTRIBUTIONS
    residual_dof: int = 10
    quantile_units: int | None = None
    mode_units: int = 1
    class_share: float | None = None
    class_review_share: float | None = None
    missing_share: float | None = None
    rounding: tuple[Rounding, ...] = ()

    @property
    def depth(self) -> int:
        """How many of the largest contributions its rules look at."""
        return max([2, *(rule.n for rule in self.dominance)])

    @property
    def least_beyond(self) -> int:
        return (self.threshold + 1) // 2 if self.quantile_units is None else self.quantile_units
