"""How many bits stand against chance. Pure arithmetic."""

from math import inf, lgamma, log, log2


def log2_choose(total: int, some: int) -> float:
    """Bits to say which `some` of `total` rows are meant."""
    return (lgamma(total + 1) - lgamma(some + 1) - lgamma(total - some + 1)) / log(2)


def tail_bits(hits: int, trials: int, chance: float) -> float:
    """Bits of surprise in at least `hits` of `trials` when each has `chance` (Chernoff bound)."""
    if trials == 0 or hits / trials <= chance:
        return 0.0
    if chance <= 0:
        return inf
    rate = hits / trials
    bits = rate * log2(rate / chance)
    if rate < 1:
        bits += (1 - rate) * log2((1 - rate) / (1 - chance))
    return trials * bits


def value_bits(rows: int, holding: int) -> float:
    """Bits that naming a value gives, when `holding` of `rows` have it."""
    return log2(rows / holding) if holding else 0.0
