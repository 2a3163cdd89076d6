"""Lets the registry write ledger lines, which are the output checker's, in its own transaction."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from output_checker.adapters.database.ledger import SqlLedger
from registry.application.ports import Clock, Record


def ledger_lines(clock: Clock) -> Callable[[Session], Record]:
    def on(session: Session) -> Record:
        def record(
            *,
            event: str,
            actor: str,
            subject: str,
            project_id: str | None,
            details: Mapping[str, str],
        ) -> None:
            SqlLedger(session).append(
                at=clock.now(),
                actor=actor,
                event=f"registry.{event}",
                subject=subject,
                project=project_id,
                details=dict(details),
            )

        return record

    return on
