"""Disclosure policies of one's own, for whoever judges by them."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session


def site_policies(session: Session) -> Mapping[str, str]:
    """Name -> document, as JSON."""
    rows = session.execute(text("SELECT name, document FROM site_policy ORDER BY name"))
    return {row.name: row.document for row in rows}
