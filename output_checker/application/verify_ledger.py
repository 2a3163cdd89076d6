"""Walk the whole account and say where it stops being true."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from output_checker.application.ports import UnitOfWork
from output_checker.domain.ledger import EMPTY, LedgerHead, verify
from output_checker.domain.ledger_seal import anchors_from


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerdict:
    """What was found.

    Attributes:
        broken_at: The first sequence number that cannot be trusted; None when all can.
        anchors: How many heads release records in the database hold.
        seals: How many heads the store holds.
        sealed_seq: The last of them; what came after it is proved by the chain alone.
    """

    broken_at: int | None
    head: LedgerHead
    anchors: int
    seals: int
    sealed_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Lines that are walked on their own.

    Attributes:
        after: The line before the first; whoever walks the span before proves it.
        until: The last; None: to the end.
        anchors: Hashes by sequence number that lines of this span must have; its last line's is
            among them where another span follows.
    """

    after: LedgerHead = EMPTY
    until: int | None = None
    anchors: Mapping[int, str] = field(default_factory=dict)


# Where each of some spans breaks; None where it does not.
WalkSpans = Callable[[Sequence[Span]], Iterable[int | None]]


def verify_ledger(
    uow: UnitOfWork,
    sealed: Iterable[LedgerHead] = (),
    *,
    spans: int = 1,
    walk: WalkSpans | None = None,
) -> LedgerVerdict:
    """Check every entry against its predecessor, and against heads written down elsewhere.

    Args:
        uow: The database.
        sealed: Heads from the store, read before the database: what is sealed was committed.
        spans: Into how many parts the ledger is cut at most.
        walk: Walks them, perhaps at the same time; without it they are walked in turn.
    """
    seals = list(sealed)
    with uow:
        anchors = uow.releases.anchors()
        noted = [LedgerHead(seq=seq, entry_hash=anchor) for seq, anchor in anchors.items()]
        cut = list(_cut(uow, spans, anchors_from([*seals, *noted])))
    found = walk(cut) if walk else (verify_span(uow, one) for one in cut)
    broken = [at for at in found if at is not None]
    with uow:
        return LedgerVerdict(
            broken_at=min(broken, default=None),
            head=uow.ledger.head(),
            anchors=len(anchors),
            seals=len(seals),
            sealed_seq=max((head.seq for head in seals), default=0),
        )


def verify_span(uow: UnitOfWork, span: Span) -> int | None:
    """The first sequence number of a span that cannot be trusted, or None."""
    with uow:
        entries = uow.ledger.all(after=span.after.seq, until=span.until)
        return verify(entries, anchors=span.anchors, after=span.after)


def _cut(uow: UnitOfWork, spans: int, anchors: Mapping[int, str]) -> Iterator[Span]:
    last = uow.ledger.head().seq
    places = (uow.ledger.head(until=last * part // spans) for part in range(1, spans))
    # Where lines are missing, two places may be one.
    heads = sorted({EMPTY, *places}, key=lambda head: head.seq)
    for after, end in zip(heads, [*heads[1:], None], strict=True):
        within = {
            seq: anchor
            for seq, anchor in anchors.items()
            if after.seq < seq and (end is None or seq <= end.seq)
        }
        if end is None:
            yield Span(after=after, anchors=within)
        else:
            expected = {end.seq: within.get(end.seq, end.entry_hash)}
            yield Span(after=after, until=end.seq, anchors={**within, **expected})
