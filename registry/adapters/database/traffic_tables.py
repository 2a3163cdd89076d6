"""Rows about what passed through the gateway.

Without foreign keys: a session is counted though its start was never recorded.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from registry.adapters.database.tables import Moment


class WorkspaceTrafficRow(Base):
    """One session on one day."""

    __tablename__ = "workspace_traffic"
    __table_args__ = (Index("ix_workspace_traffic_day", "day"),)

    started_id: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    username: Mapped[str] = mapped_column(Text)
    project_id: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    http_to_browser: Mapped[int] = mapped_column(BigInteger)
    http_to_workspace: Mapped[int] = mapped_column(BigInteger)
    kernel_to_browser: Mapped[int] = mapped_column(BigInteger)
    kernel_to_workspace: Mapped[int] = mapped_column(BigInteger)
    pixels_to_browser: Mapped[int] = mapped_column(BigInteger)
    pixels_to_workspace: Mapped[int] = mapped_column(BigInteger)
    static_to_browser: Mapped[int] = mapped_column(BigInteger)
    requests: Mapped[int] = mapped_column(BigInteger)
    refused: Mapped[int] = mapped_column(BigInteger)
    dropped: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime] = mapped_column(Moment)


class WorkspaceTrafficLevelRow(Base):
    """A level of a budget, reached once."""

    __tablename__ = "workspace_traffic_level"

    concerns: Mapped[str] = mapped_column(Text, primary_key=True)
    level: Mapped[str] = mapped_column(Text, primary_key=True)
    budget_bytes: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    started_id: Mapped[str] = mapped_column(Text)
    username: Mapped[str] = mapped_column(Text)
    project_id: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)
    used_bytes: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)


class WorkspaceTrafficAllowanceRow(Base):
    """What an administrator added to a day; never taken back, only added to."""

    __tablename__ = "workspace_traffic_allowance"

    allowance_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    username: Mapped[str] = mapped_column(Text)
    project_id: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)
    bytes: Mapped[int] = mapped_column(BigInteger)
    allowed_by: Mapped[str] = mapped_column(Text)
