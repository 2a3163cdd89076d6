"""At which address a person's workspaces are: the one everybody shares, or one of their own.

With an address of one's own, what a notebook shows cannot act on the hub's pages or on somebody
else's workspace in the same browser: to the browser they are other sites' pages.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from jupyterhub.utils import subdomain_hook_idna
from starlette.requests import HTTPConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where browsers find things.

    Attributes:
        public_url: The hub's and the portal's address, without a final slash.
        subdomains: Whether each person's workspaces are below it, at an address of their own.
    """

    public_url: str
    subdomains: bool

    def of(self, username: str) -> str:
        """Scheme, host and port of a person's workspaces, as browsers write them into `Origin`."""
        if not self.subdomains:
            return self.public_url
        parts = urlsplit(self.public_url)
        host: str = subdomain_hook_idna(username, parts.hostname, "user")
        return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}"

    def is_home(self, connection: HTTPConnection, username: str) -> bool:
        """Whether a request came to the address where this person's workspaces are."""
        if not self.subdomains:
            return True
        return connection.headers.get("host", "").lower() == urlsplit(self.of(username)).netloc

    def callback(self, username: str, path: str) -> str:
        """What the hub knows as this workspace's way back from a sign-in."""
        return self.of(username) + path if self.subdomains else path

    def hub(self, path: str) -> str:
        """A page of the hub, as a redirect names it."""
        return self.public_url + path if self.subdomains else path
