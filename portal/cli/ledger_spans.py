"""The ledger walked by several processes at once: hashing is all it does, and one core is slow."""

import multiprocessing
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork
from output_checker.application.verify_ledger import LedgerVerdict, Span, verify_ledger, verify_span
from output_checker.domain.ledger import LedgerHead
from portal.connections import database
from portal.settings import read_database_settings

# Below it a process takes longer to start than to walk.
_LINES_A_PROCESS: Final = 20_000


def verify_in_spans(uow: SqlUnitOfWork, sealed: Iterable[LedgerHead]) -> LedgerVerdict:
    """As `verify_ledger`, with a process a core where the ledger is long.

    Raises:
        DependencyUnavailable: The database did not answer.
    """
    with uow:
        lines = uow.ledger.head().seq
    spans = min(len(os.sched_getaffinity(0)), lines // _LINES_A_PROCESS)
    if spans < 2:  # noqa: PLR2004  one span needs no other process
        return verify_ledger(uow, sealed)
    # The processes are started, not forked: connections are not to be shared.
    starting = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(spans, mp_context=starting) as pool:

        def walk(cut: Sequence[Span]) -> Iterable[int | None]:
            return pool.map(_walked, cut)

        return verify_ledger(uow, sealed, spans=spans, walk=walk)


def _walked(span: Span) -> int | None:
    engine, sessions = database(read_database_settings())
    try:
        return verify_span(SqlUnitOfWork(sessions), span)
    finally:
        engine.dispose()
