"""The row of a run of the isolation probes. It is added to and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base


class ProbeRunRow(Base):
    """`document` is the signed result as it was written; the rest is read out of it."""

    __tablename__ = "probe_run"

    run_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[str] = mapped_column(Text)
    image: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    is_whole: Mapped[bool]
    states: Mapped[dict[str, str]] = mapped_column(JSONB)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
