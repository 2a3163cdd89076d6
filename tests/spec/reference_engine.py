"""The evidence engine once more in plain Python. Its only job is to be obviously right."""

import statistics
from collections import Counter, defaultdict

from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.labels import canonical


def tabulate(rows, *, dimensions, statistic, values=None, entity=None, depth=2):
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(canonical(row[name]) for name in dimensions)].append(row)
    return {
        key: _cell(group, statistic=statistic, values=values, entity=entity, depth=depth)
        for key, group in groups.items()
    }


def _cell(group, *, statistic, values, entity, depth):
    def unit(at, row):
        return at if entity is None else canonical(row[entity])

    def held(row):
        return True if values is None else _number(row[values]) is not None

    known = [(unit(at, row), row) for at, row in enumerate(group) if held(row)]
    owned = [(who, row) for who, row in known if who is not None]
    has_owner = any(unit(at, row) is not None for at, row in enumerate(group))
    by_unit = defaultdict(float)
    for who, row in owned if has_owner else [*enumerate(row for _, row in known)]:
        by_unit[who] += 0.0 if values is None else abs(_number(row[values]))
    numbers = [] if values is None else [_number(row[values]) for _, row in known]
    largest = sorted(by_unit.values(), reverse=True)[:depth] if numbers else []
    return CellEvidence(
        units=max(len(by_unit), min(1, len(known))),
        largest=tuple(largest),
        total=sum(by_unit.values()),
        is_constant=bool(numbers) and len(set(numbers)) == 1,
        sharing=_sharing(known, numbers, statistic, values),
        expected=_expected(numbers, len(known), len(by_unit), statistic, entity),
    )


def _number(text):
    label = canonical(text)
    return None if label is None else float(label)


def _sharing(known, numbers, statistic, values):
    if not numbers or not statistic.is_endpoint:
        return None
    end = min(numbers) if statistic is Statistic.MIN else max(numbers)
    return len({who for who, row in known if _number(row[values]) == end and who is not None})


def _expected(numbers, rows, units, statistic, entity):
    if statistic is Statistic.COUNT:
        return {rows} if entity is None else {rows, units}
    if not numbers:
        return set()
    if statistic is Statistic.MODE:
        counts = Counter(numbers)
        return {number for number, count in counts.items() if count == max(counts.values())}
    if statistic in (Statistic.STD, Statistic.VAR) and len(numbers) < 2:
        return set()
    formula = {
        Statistic.SUM: sum,
        Statistic.MEAN: statistics.fmean,
        Statistic.MEDIAN: statistics.median,
        Statistic.STD: statistics.stdev,
        Statistic.VAR: statistics.variance,
        Statistic.MIN: min,
        Statistic.MAX: max,
    }[statistic]
    return {formula(numbers)}
