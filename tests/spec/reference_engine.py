"""The evidence engine once more in plain Python. Its only job is to be obviously right."""

import statistics
from collections import Counter, defaultdict
from itertools import product
from math import floor, log

from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.question import TOTAL


def tabulate(rows, question, *, entity=None, holding=None):
    """Rows are dictionaries of text, as in a CSV file."""
    groups = defaultdict(list)
    for row in rows:
        labels = [label_of(row, one) for one in question.dimensions]
        if any(labels[place] is None for place in question.complete):
            continue
        for kept in question.kept_positions:
            key = tuple(label if place in kept else TOTAL for place, label in enumerate(labels))
            groups[key].append(row)
    return {
        key: cell(group, question, entity=entity, holding=holding) for key, group in groups.items()
    }


def label_of(row, dimension):
    if not dimension.bands:
        label = canonical(row[dimension.column])
        names = [one.label for one in dimension.groups if label in one.members]
        return names[0] if names else label
    number = number_in(row[dimension.column])
    found = [one.label for one in dimension.bands if number is not None and one.holds(number)]
    return found[0] if found else None


def cell(group, question, *, entity, holding):
    def value(row):
        return None if question.variable is None else number_in(row[question.variable])

    known = [row for row in group if question.variable is None or value(row) is not None]
    units = owners(known, [entity])
    owning = set(owners(known, [holding, entity])) - {None}
    holdings = None if holding is None else max(len(owning), min(1, len(known)))
    shared = [holding, entity] if holding else [entity]
    has_owner = any(one is not None for one in owners(group, shared))
    contributions = defaultdict(float)
    weights = defaultdict(float)
    for at, (who, row) in enumerate(zip(owners(known, shared), known, strict=True)):
        if question.variable is None or (has_owner and who is None):
            continue
        name = who if has_owner else at
        contributions[name] += abs(value(row))
        if question.weight:
            weight = number_in(row[question.weight]) or 0.0
            weights[name] += abs(value(row)) * weight if has_owner else weight
    pairs = sorted(
        ((amount, weights[name] / (amount or 1.0) if has_owner else weights[name])
         for name, amount in contributions.items()), reverse=True,
    )[: question.depth]  # fmt: skip
    values = [] if question.variable is None else [value(row) for row in known]
    count = len(known)
    too_great = not question.statistic.is_frequency and any(abs(one) > 1e75 for one in values)
    distinct = count if entity is None else max(len(set(units) - {None}), min(1, count))
    return CellEvidence(
        units=distinct,
        largest=tuple(amount for amount, _ in pairs),
        total=sum(contributions.values()),
        is_constant=len(set(values)) == 1,
        sharing=None if too_great else sharing(values, units, entity, question),
        expected=set()
        if too_great
        else expected(known, values, units, distinct=distinct, question=question, entity=entity),
        records=len(group),
        missing=len(group) - count,
        holdings=holdings,
        events=events(values, units, entity, question),
        split=None if too_great else split(values, units, entity, question),
        beyond=None if too_great else beyond(values, units, entity, question),
        weights=tuple(weight for _, weight in pairs) if question.weight else (),
        weighted_total=weighted_total(known, value, question),
    )


def owners(rows, columns):
    """The first of the columns that names somebody; None where none does."""
    names = []
    for row in rows:
        found = [(name, canonical(row[name])) for name in columns if name is not None]
        names.append(next((one for one in found if one[1] is not None), None))
    return names


def number_in(text):
    label = canonical(text)
    return None if label is None else float(label)


def count_of(units, entity):
    return len(units) if entity is None else len(set(units) - {None})


def sharing(values, units, entity, question):
    statistic = question.statistic
    if values and statistic in (Statistic.MEDIAN, Statistic.QUANTILE):
        found = of_values(values, units, entity, question) & {min(values), max(values)}
        return min(
            (count_of([who for who, one in zip(units, values, strict=True) if one == end], entity)
             for end in found), default=None,
        )  # fmt: skip
    if not values or not (statistic.is_endpoint or statistic is Statistic.MODE):
        return None
    return min(
        count_of([who for who, value in zip(units, values, strict=True) if value == end], entity)
        for end in ends(values, statistic)
    )


def ends(values, statistic):
    if statistic is Statistic.MODE:
        counts = Counter(values)
        return [value for value, count in counts.items() if count == max(counts.values())]
    return {Statistic.MIN: [min(values)], Statistic.MAX: [max(values)]}.get(
        statistic, [min(values), max(values)]
    )


def events(values, units, entity, question):
    is_binary = bool(values) and set(values) <= {0.0, 1.0}
    if not question.statistic.is_total or question.variable is None:
        return None
    if question.statistic is not Statistic.RATIO and not is_binary:
        return None
    ones = [who for who, value in zip(units, values, strict=True) if value]
    return max(count_of(ones, entity), min(1, len(ones)))


def split(values, units, entity, question):
    if not question.statistic.tells_split or question.variable is None:
        return None
    if len(set(values)) != 2 or not all(isinstance(one, float) for one in values):
        return None
    pairs = list(zip(units, values, strict=True))
    return tuple(
        max(count_of([who for who, one in pairs if one == end], entity), 1)
        for end in sorted(set(values))
    )


def beyond(values, units, entity, question):
    if not question.statistic.is_position or not values:
        return None
    levels = {Statistic.MEDIAN: [0.5], Statistic.IQR: [0.25, 0.75]}.get(
        question.statistic, [question.level]
    )
    pairs = list(zip(units, values, strict=True))
    sides = [(level, sign) for level, sign in product(levels, (1, -1))]
    return min(
        count_of([who for who, one in pairs if sign * one <= sign * quantile(values, level)],
                 entity)
        for level, sign in sides
    )  # fmt: skip


def quantile(values, level):
    ordered = sorted(values)
    place = level * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def weighted_total(known, value, question):
    if question.weight is None:
        return None
    if question.variable is None:
        return 0.0
    return sum(abs(value(row)) * (number_in(row[question.weight]) or 0.0) for row in known)


def expected(known, values, units, *, distinct, question, entity):
    statistic = question.statistic
    if question.weight is not None:
        return weighted(known, question)
    if statistic is Statistic.COUNT:
        # Of people whom nobody knows there is no number but that of their records.
        return {len(known), distinct} if count_of(units, entity) and entity else {len(known)}
    if statistic is Statistic.NUNIQUE:
        return {len(set(values))}
    is_spread = statistic in (Statistic.STD, Statistic.VAR, Statistic.SEM)
    if not values or (is_spread and len(values) < 2):
        return set()
    return of_values(values, units, entity, question)


def of_values(values, units, entity, question):
    statistic = question.statistic
    if statistic in (Statistic.MIN, Statistic.MAX, Statistic.MODE):
        return set(ends(values, statistic))
    if statistic is Statistic.QUANTILE:
        least = question.level * len(values) - 1e-12
        reached = [v for v in values if sum(one <= v for one in values) >= least]
        return {quantile(values, question.level), min(reached)}
    if statistic.is_concentration:
        return concentrations(values, units, entity, question)
    return {formula(values, statistic)}


def formula(values, statistic):
    return {
        Statistic.SUM: sum,
        Statistic.RATIO: sum,
        Statistic.MEAN: statistics.fmean,
        Statistic.MEDIAN: statistics.median,
        Statistic.STD: statistics.stdev,
        Statistic.VAR: statistics.variance,
        Statistic.SEM: lambda v: statistics.stdev(v) / len(v) ** 0.5,
        Statistic.RANGE: lambda v: max(v) - min(v),
        Statistic.IQR: lambda v: quantile(v, 0.75) - quantile(v, 0.25),
    }[statistic](values)


def weighted(known, question):
    pairs = [
        (1.0 if question.variable is None else number_in(row[question.variable]),
         number_in(row[question.weight]))
        for row in known
    ]  # fmt: skip
    pairs = [(value, weight) for value, weight in pairs if weight is not None]
    total, size = sum(v * w for v, w in pairs), sum(w for _, w in pairs)
    if not pairs or (question.statistic is Statistic.MEAN and not size):
        return set()
    if question.statistic is Statistic.COUNT:
        return {size}
    return {total / size if question.statistic is Statistic.MEAN else total}


def concentrations(values, units, entity, question):
    by_unit = defaultdict(float)
    for who, value in zip(units, values, strict=True):
        by_unit[who] += value
    parts = [values] if entity is None else [list(by_unit.values()), values]
    return {concentration(one, question) for one in parts if sum(one) > 0}


def concentration(amounts, question):
    total, size = sum(amounts), len(amounts)
    shares = [amount / total for amount in amounts]
    if question.statistic is Statistic.GINI:
        apart = sum(abs(one - other) for one in amounts for other in amounts)
        return apart / (2 * size * total)
    if question.statistic is Statistic.HERFINDAHL:
        return sum(share**2 for share in shares)
    if question.statistic is Statistic.TOP_SHARE:
        return sum(sorted(shares)[-int(question.level) :])
    return -sum(share * log(share) for share in shares if share > 0)
