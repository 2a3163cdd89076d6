"""Where disclosure policies of one's own are kept; none of them ever changes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.database.tables import SitePolicyRow
from registry.domain.site_policy import SitePolicy


class SqlSitePolicies:
    def __init__(self, session: Session) -> None:
        self._session = session

    def every(self) -> Mapping[str, SitePolicy]:
        rows = self._session.scalars(select(SitePolicyRow))
        return {row.name: SitePolicy(name=row.name, document=row.document) for row in rows}

    def add(self, policy: SitePolicy, *, at: datetime) -> None:
        self._session.add(SitePolicyRow(name=policy.name, document=policy.document, added_at=at))
