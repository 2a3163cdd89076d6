"""What somebody who is signed in has to do before anything is open to them."""

from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.domain import prober
from registry.domain.second_factor import Mfa


class Missing(StrEnum):
    """What has to be done first. The value is the code that clients rely on."""

    TERMS = "terms_not_accepted"
    SECOND_FACTOR = "second_factor_missing"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Missing.TERMS: "Read and accept the terms of use first: open Haven's first page.",
    Missing.SECOND_FACTOR: "Set up your second factor first: open Haven's first page.",
}

_STANDING = text("""
    SELECT
      EXISTS (
        SELECT FROM second_factor f
        WHERE f.username = :username AND f.confirmed_at IS NOT NULL
      ) OR EXISTS (
        -- Whom an identity provider signed in last, and vouched for a second factor of theirs.
        SELECT FROM sign_in_generation g
        WHERE g.username = :username AND g.vouched_at IS NOT NULL
      ) AS has_factor,
      (SELECT version FROM terms_of_use ORDER BY published_at DESC, version DESC LIMIT 1)
        AS version,
      ARRAY(SELECT version FROM terms_acceptance a WHERE a.username = :username) AS accepted
""")


def missing(session: Session, username: str, mfa: Mfa) -> Missing | None:
    """What this person has to do first; None when everything of theirs is open."""
    if username in prober.USERNAMES:
        return None
    row = session.execute(_STANDING, {"username": username}).one()
    if row.version is not None and row.version not in row.accepted:
        return Missing.TERMS
    if mfa is Mfa.REQUIRED and not row.has_factor:
        return Missing.SECOND_FACTOR
    return None
