"""Rows of the catalogue: what a search reads, what was searched for in vain, and profiles.

Nothing is decided by them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, ForeignKeyConstraint, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base


class CatalogueDatasetRow(Base):
    """The version of a dataset that was added last, as a search sees it.

    Attributes:
        variables: Names, titles of the columns, in one text.
        organisations: The publisher, and who decides.
        fineness: Of the finest geography level; None where nobody said.
        linkable: Columns by which other datasets can be joined.
    """

    __tablename__ = "catalogue_dataset"
    __table_args__ = (Index("ix_catalogue_dataset_document", "document", postgresql_using="gin"),)

    dataset_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text)
    discoverable: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    variables: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(TSVECTOR)
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    organisations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    fineness: Mapped[int | None] = mapped_column(SmallInteger)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    unit: Mapped[str] = mapped_column(Text)
    gateways: Mapped[list[str]] = mapped_column(ARRAY(Text))
    access: Mapped[str | None] = mapped_column(Text)
    linkable: Mapped[list[str]] = mapped_column(ARRAY(Text))


class CatalogueDemandRow(Base):
    """How often words found nothing on a day. Never who looked for them."""

    __tablename__ = "catalogue_demand"

    words: Mapped[str] = mapped_column(Text, primary_key=True)
    asked_on: Mapped[date] = mapped_column(Date, primary_key=True)
    times: Mapped[int] = mapped_column(Integer)


class DatasetProfileRow(Base):
    """What may be shown of a version's columns. What was counted for it is nowhere kept."""

    __tablename__ = "dataset_profile"
    __table_args__ = (
        ForeignKeyConstraint(
            ["dataset_id", "version"], ["dataset_version.dataset_id", "dataset_version.version"]
        ),
    )

    dataset_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text, primary_key=True)
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
