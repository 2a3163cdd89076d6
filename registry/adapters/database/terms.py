"""Terms of use, and who accepted them, in PostgreSQL."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry.adapters.database.sign_in_tables import TermsAcceptanceRow, TermsOfUseRow
from registry.domain.terms_of_use import TermsOfUse


class SqlTerms:
    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self) -> TermsOfUse | None:
        row = self._session.scalar(
            select(TermsOfUseRow)
            .order_by(TermsOfUseRow.published_at.desc(), TermsOfUseRow.version.desc())
            .limit(1)
        )
        if row is None:
            return None
        return TermsOfUse(version=row.version, text=row.text, published_at=row.published_at)

    def publish(self, terms: TermsOfUse) -> bool:
        made = self._session.scalar(
            insert(TermsOfUseRow)
            .values(version=terms.version, text=terms.text, published_at=terms.published_at)
            .on_conflict_do_nothing()
            .returning(TermsOfUseRow.version)
        )
        return made is not None

    def accept(self, username: str, version: str, *, at: datetime) -> bool:
        made = self._session.scalar(
            insert(TermsAcceptanceRow)
            .values(username=username, version=version, accepted_at=at)
            .on_conflict_do_nothing()
            .returning(TermsAcceptanceRow.version)
        )
        return made is not None
