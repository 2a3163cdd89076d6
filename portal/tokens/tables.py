"""The row of a personal token. Only the hash of its secret is kept: a copy of it is no key."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base

_Moment = DateTime(timezone=True)


class ApiTokenRow(Base):
    __tablename__ = "api_token"

    token_id: Mapped[str] = mapped_column(Text, primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    username: Mapped[str] = mapped_column(ForeignKey("person.username"), index=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_Moment)
    expires_at: Mapped[datetime] = mapped_column(_Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(_Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(_Moment)
