"""What a probe's two runs say together: shut, OPEN or broken."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.probes.catalogue import BY_ID, PROBES, Probe
from infra.errors import NotReady

SHUT, OPEN, BROKEN = "shut", "OPEN", "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One probe's result.

    Attributes:
        state: shut, OPEN (a hole), or broken (it could not run, or its control found nothing).
        found: What it reached, or why it could not run.
        control: What the same probe reached at its open counterpart.
    """

    probe: Probe
    state: str
    found: tuple[str, ...]
    control: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one attempt found open; `error` where it could not run."""

    open: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A probe's attempt, and the same attempt at a counterpart that is open on purpose."""

    here: Seen
    control: Seen


def judge(probe: Probe, pair: Pair) -> Outcome:
    """A door is shut only when the attempt found it shut and its control found it open."""
    problems = tuple(text for text in (pair.here.error, pair.control.error) if text)
    if pair.here.open:
        state = OPEN
    elif problems or not pair.control.open:
        state = BROKEN
    else:
        state = SHUT
    return Outcome(
        probe=probe, state=state, found=pair.here.open or problems, control=pair.control.open
    )


def judge_all(pairs: Mapping[str, Pair], wanted: Collection[str]) -> list[Outcome]:
    """In the catalogue's order; a probe that was wanted and has no result is broken."""
    missing = Pair(here=Seen(error="it did not run"), control=Seen())
    return [judge(probe, pairs.get(probe.probe_id, missing))
            for probe in PROBES if probe.probe_id in wanted]  # fmt: skip


def wanted_ids(only: Iterable[str], tier: str) -> frozenset[str]:
    """The probes to run: those asked for, or all that apply to a workspace of this tier.

    Raises:
        NotReady: There is no probe of that name.
    """
    asked = frozenset(one.upper() for one in only)
    if unknown := asked - BY_ID.keys():
        raise NotReady(f"There is no probe {', '.join(sorted(unknown))}; there are: "
                       f"{', '.join(BY_ID)}")  # fmt: skip
    return asked or frozenset(probe.probe_id for probe in PROBES if tier in probe.tiers)


def seen(results: Mapping[str, Any], probe_id: str) -> Seen:
    """One probe's part of what `hub.probes.inside` prints."""
    result = results.get(probe_id)
    if result is None:
        return Seen(error="it gave no result")
    return Seen(open=tuple(result.get("open", ())), error=result.get("error"))
