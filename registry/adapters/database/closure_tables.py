"""Certificates of what became of projects' files: added once, never changed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from registry.adapters.database.tables import Moment


class ClosureCertificateRow(Base):
    __tablename__ = "closure_certificate"
    __table_args__ = (CheckConstraint("mode IN ('archive', 'destroy')", name="mode_known"),)

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"), index=True)
    mode: Mapped[str] = mapped_column(Text)
    files: Mapped[int] = mapped_column(BigInteger)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
