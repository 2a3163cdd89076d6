"""Rows about views of dataset versions: what each says, and whether it is made and looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base

Moment = DateTime(timezone=True)


class DatasetViewRow(Base):
    """A view that somebody was granted. What it says never changes; it is made once.

    `findings` are counts and shares by column, never values. `failure` is why it could not be
    made, in words that name no value. `bytes`, `modified_ns` and `inode` are those of the file as
    it was when its hash was taken.
    """

    __tablename__ = "dataset_view"
    __table_args__ = (
        ForeignKeyConstraint(
            ["dataset_id", "version"], ["dataset_version.dataset_id", "dataset_version.version"]
        ),
    )

    dataset_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    made_at: Mapped[datetime | None] = mapped_column(Moment)
    sha256: Mapped[str | None] = mapped_column(Text)
    beside_sha256: Mapped[str | None] = mapped_column(Text)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    modified_ns: Mapped[int | None] = mapped_column(BigInteger)
    inode: Mapped[int | None] = mapped_column(BigInteger)
    failure: Mapped[str | None] = mapped_column(Text)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    findings: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    is_clean: Mapped[bool | None]
    overridden_by: Mapped[str | None] = mapped_column(Text)
    override_reason: Mapped[str | None] = mapped_column(Text)
    overridden_at: Mapped[datetime | None] = mapped_column(Moment)
