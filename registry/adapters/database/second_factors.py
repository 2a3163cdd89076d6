"""Second factors and recovery codes in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from registry.adapters.database.sign_in_tables import RecoveryCodeRow, SecondFactorRow
from registry.domain.second_factor import SecondFactor


class SqlSecondFactors:
    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, username: str) -> SecondFactor | None:
        query = select(SecondFactorRow).where(SecondFactorRow.username == username)
        row = self._session.scalar(query.execution_options(populate_existing=True))
        return _factor(row) if row else None

    def hold(self, username: str) -> SecondFactor | None:
        # A lock by name holds off a second set-up too, which has no row yet.
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))")
        self._session.execute(lock, {"name": f"second_factor:{username}"})
        return self.find(username)

    def save(self, factor: SecondFactor) -> None:
        values: dict[str, Any] = {
            "sealed": factor.sealed,
            "begun_at": factor.begun_at,
            "confirmed_at": factor.confirmed_at,
            "last_step": factor.last_step,
            "used_at": factor.used_at,
        }
        self._session.execute(
            upsert(SecondFactorRow)
            .values(username=factor.username, **values)
            .on_conflict_do_update(index_elements=[SecondFactorRow.username], set_=values)
        )

    def delete(self, username: str) -> bool:
        self.hold(username)
        self._session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username))
        gone = self._session.scalar(
            delete(SecondFactorRow)
            .where(SecondFactorRow.username == username)
            .returning(SecondFactorRow.username)
        )
        return gone is not None

    def keep_recovery(self, username: str, hashes: Collection[str]) -> None:
        self._session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username))
        rows = [{"username": username, "code_hash": one} for one in hashes]
        self._session.execute(insert(RecoveryCodeRow), rows)

    def spend_recovery(self, username: str, code_hash: str, *, at: datetime) -> bool:
        spent = self._session.scalar(
            update(RecoveryCodeRow)
            .where(
                RecoveryCodeRow.username == username,
                RecoveryCodeRow.code_hash == code_hash,
                RecoveryCodeRow.used_at.is_(None),
            )
            .values(used_at=at)
            .returning(RecoveryCodeRow.code_hash)
        )
        return spent is not None

    def recovery_left(self, username: str) -> int:
        count = select(func.count()).where(
            RecoveryCodeRow.username == username, RecoveryCodeRow.used_at.is_(None)
        )
        return self._session.scalar(count) or 0


def _factor(row: SecondFactorRow) -> SecondFactor:
    return SecondFactor(
        username=row.username,
        sealed=row.sealed,
        begun_at=row.begun_at,
        confirmed_at=row.confirmed_at,
        last_step=row.last_step,
        used_at=row.used_at,
    )
