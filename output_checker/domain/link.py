"""A link by which one named person collects one released file."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A right to download.

    Attributes:
        token_sha256: Hash of the secret in the address; None until it is handed out.
        downloads: How often the file has been fetched.
        allowed_downloads: How often it may be.
    """

    link_id: str
    request_id: str
    project_id: str
    file_id: str
    recipient: str
    token_sha256: str | None
    created_at: datetime
    expires_at: datetime
    allowed_downloads: int
    downloads: int = 0
    revoked_at: datetime | None = None

    def why_closed(self, now: datetime) -> str | None:
        if self.revoked_at is not None:
            return "This link has been revoked"
        if now >= self.expires_at:
            return "This link has expired"
        if self.downloads >= self.allowed_downloads:
            return "This link has been used as often as it may be"
        return None
