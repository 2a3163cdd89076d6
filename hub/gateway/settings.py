"""What the gateway is told by its environment. Its one secret opens the portal for reports."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from hub.gateway.addresses import Addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Where things are, and how much may pass.

    Attributes:
        public_url: What browsers use; a websocket from any other origin is refused.
        subdomains: Whether each person's workspaces have an address of their own.
        traffic_token: Opens the portal's address for reports, and nothing else.
        lab_files: The trusted copy of JupyterLab's page and programs.
        max_request_bytes: Largest body that a browser may send, in bytes.
        max_message_bytes: Largest websocket message in either direction, in bytes.
        session_seconds: How long a browser stays signed in to one workspace at most.
        recheck_seconds: How often the hub is asked whether a session still holds.
        clipboard_in: Whether a person may paste text into a workspace of the pixel tier.
    """

    public_url: str
    hub_api_url: str
    sockets: Path
    registrations: Path
    meters: Path
    sessions: Path
    subdomains: bool = False
    portal_url: str = ""
    traffic_token: str = field(default="", repr=False)
    lab_files: Path = Path("/opt/haven/lab")
    max_request_bytes: int = 64 * 1024**2
    max_message_bytes: int = 16 * 1024**2
    session_seconds: float = 8 * 3600
    recheck_seconds: float = 20
    clipboard_in: bool = False

    @property
    def addresses(self) -> Addresses:
        return Addresses(public_url=self.public_url, subdomains=self.subdomains)


def from_environment() -> GatewaySettings:
    secrets = Path(os.environ.get("HAVEN_SECRETS_DIR", "/run/secrets"))
    return GatewaySettings(
        public_url=os.environ["HAVEN_PUBLIC_URL"],
        hub_api_url=os.environ["HAVEN_HUB_API_URL"],
        sockets=Path(os.environ["HAVEN_SOCKETS_DIR"]),
        registrations=Path(os.environ["HAVEN_REGISTRATIONS_DIR"]),
        meters=Path(os.environ["HAVEN_METERS_DIR"]),
        sessions=Path(os.environ["HAVEN_SESSIONS_DIR"]),
        clipboard_in=os.environ.get("HAVEN_CLIPBOARD_IN") == "on",
        subdomains=os.environ.get("HAVEN_SUBDOMAINS") == "yes",
        portal_url=os.environ["HAVEN_PORTAL_URL"],
        traffic_token=(secrets / "traffic_token").read_text(),
    )
