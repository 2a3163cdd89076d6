"""Count a search that found nothing."""

from registry.application.ports import Clock, UnitOfWork


def note_search_in_vain(uow: UnitOfWork, clock: Clock, *, words: str) -> None:
    """Count it for today. Who searched is not told, so nobody can keep it.

    It is a figure and decides nothing, so the ledger has no line of it.
    """
    with uow:
        uow.catalogue.note_in_vain(words.lower(), on=clock.now().date())
        uow.commit()
