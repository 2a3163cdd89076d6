"""The gateway's figures as Prometheus text: sums by tier and kind, nobody's name.

Served at /metrics on the gateway's own port. The public proxy sends only /user/ here, so it is
reached from the internal network alone.
"""

from collections import Counter
from collections.abc import Iterable

from hub.gateway.counts import Count


def text(counts: Iterable[Count], running: set[str]) -> str:
    """All counters since the oldest session that is kept, summed."""
    totals: Counter[tuple[str, str]] = Counter()
    for count in counts:
        if count.started_id in running:
            totals["haven_workspace_sessions", f'tier="{count.tier}"'] += 1
        for day in count.days.values():
            for direction, sizes in (("browser", day.to_browser), ("workspace", day.to_workspace)):
                for kind, size in sizes.items():
                    labels = f'tier="{count.tier}",to="{direction}",kind="{kind}"'
                    totals["haven_gateway_bytes", labels] += size
            for name in ("requests", "refused", "dropped"):
                totals[f"haven_gateway_{name}", f'tier="{count.tier}"'] += getattr(day, name)
        for key in count.reached:
            scope, _, level = key.split("/")
            totals["haven_gateway_budgets_reached", f'scope="{scope}",level="{level}"'] += 1
    names = sorted({name for name, _ in totals})
    lines = []
    for name in names:
        # Sessions that are over are forgotten after two days, so no figure only ever rises.
        lines.append(f"# TYPE {name} gauge")
        found = sorted((labels, value) for (one, labels), value in totals.items() if one == name)
        lines += [f"{name}{{{labels}}} {value}" for labels, value in found]
    return "\n".join([*lines, ""])
