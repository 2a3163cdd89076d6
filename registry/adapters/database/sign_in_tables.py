"""Rows of signing in: second factors, recovery codes, and what the hub's sessions are held against.

A secret is kept encrypted, a recovery code as a hash.
"""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base

_Moment = DateTime(timezone=True)


class SecondFactorRow(Base):
    __tablename__ = "second_factor"

    username: Mapped[str] = mapped_column(ForeignKey("person.username"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime] = mapped_column(_Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(_Moment)
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None] = mapped_column(_Moment)


class RecoveryCodeRow(Base):
    __tablename__ = "recovery_code"

    username: Mapped[str] = mapped_column(ForeignKey("person.username"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(_Moment)


class SignInGenerationRow(Base):
    """Changes when the person's sessions end: what began under another is over.

    `vouched_at` is when an identity provider signed them in last and vouched for a second factor.
    """

    __tablename__ = "sign_in_generation"

    username: Mapped[str] = mapped_column(ForeignKey("person.username"), primary_key=True)
    generation: Mapped[str] = mapped_column(Text)
    vouched_at: Mapped[datetime | None] = mapped_column(_Moment)


class ProviderIdentityRow(Base):
    """Whom an identity provider means by a name; bound at the first sign-in."""

    __tablename__ = "provider_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    username: Mapped[str] = mapped_column(ForeignKey("person.username"), primary_key=True)
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)


class SignInTicketRow(Base):
    """Takes a sign-in from the portal to the hub, once; only its hash is kept."""

    __tablename__ = "sign_in_ticket"

    ticket_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("person.username"))
    expires_at: Mapped[datetime] = mapped_column(_Moment)


class TermsOfUseRow(Base):
    __tablename__ = "terms_of_use"

    version: Mapped[str] = mapped_column(Text, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(_Moment)


class TermsAcceptanceRow(Base):
    __tablename__ = "terms_acceptance"

    username: Mapped[str] = mapped_column(ForeignKey("person.username"), primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("terms_of_use.version"), primary_key=True)
    accepted_at: Mapped[datetime] = mapped_column(_Moment)
