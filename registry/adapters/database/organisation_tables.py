"""Rows of organisations, of what people do for them, and of what people were taught."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from registry.adapters.database.tables import Moment
from registry.domain.organisation import OrganisationKind, OrganisationRole


def _one_of(column: str, words: type[OrganisationKind | OrganisationRole]) -> str:
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


class OrganisationRow(Base):
    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(_one_of("kind", OrganisationKind), name="kind_known"),
        CheckConstraint("board_quorum BETWEEN 1 AND 20", name="board_quorum_possible"),
    )

    organisation_id: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    board_quorum: Mapped[int] = mapped_column(server_default="2")
    created_at: Mapped[datetime] = mapped_column(Moment)


class OrganisationRoleRow(Base):
    __tablename__ = "organisation_role"
    __table_args__ = (CheckConstraint(_one_of("role", OrganisationRole), name="role_known"),)

    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.organisation_id"), primary_key=True
    )
    username: Mapped[str] = mapped_column(
        ForeignKey("person.username"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(Text, primary_key=True)


class TrainingRow(Base):
    """The latest time somebody completed a course; earlier ones are in the ledger."""

    __tablename__ = "training"
    __table_args__ = (CheckConstraint("completed_on <= expires_on", name="ends_after_it_began"),)

    username: Mapped[str] = mapped_column(ForeignKey("person.username"), primary_key=True)
    course: Mapped[str] = mapped_column(Text, primary_key=True)
    completed_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
