"""Rows of files that are brought in. Private to this package, like `tables`."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from output_checker.adapters.database.tables import Moment
from output_checker.domain.ingress import UNDER_WAY, IngressState


def _one_of(states: Any) -> str:
    return ", ".join(f"'{one.value}'" for one in IngressState if one in states)


class IncomingFileRow(Base):
    """A file at the door of a project. `folded_name` is taken once while one is under way."""

    __tablename__ = "incoming_file"
    __table_args__ = (
        CheckConstraint(f"state IN ({_one_of(IngressState)})", name="state_known"),
        Index("ix_incoming_file_project_id", "project_id", "created_at"),
        Index(
            "uq_incoming_file_name",
            "project_id",
            "folded_name",
            unique=True,
            postgresql_where=text(f"state IN ({_one_of(UNDER_WAY)})"),
        ),
    )

    input_id: Mapped[str] = mapped_column(Text, primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"))
    author: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    folded_name: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    scan: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    decided_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
