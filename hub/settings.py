"""What the hub's process is told by its environment and its secrets."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Every value is required but the secrets' folder; a missing one stops the hub."""

    instance: str
    home: Path
    public_url: str
    portal_url: str
    gateway_url: str
    workspace_image: str
    service_image: str
    secrets_dir: Path
    workspace_runtime: str = ""
    subdomains: bool = False
    mfa: str = "required"
    has_provider: bool = False

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    def secret(self, name: str) -> str:
        return (self.secrets_dir / name).read_text().strip()


def from_environment() -> HubSettings:
    return HubSettings(
        instance=os.environ["HAVEN_INSTANCE"],
        home=Path(os.environ["HAVEN_HOME"]),
        public_url=os.environ["HAVEN_PUBLIC_URL"],
        portal_url=os.environ["HAVEN_PORTAL_URL"],
        gateway_url=os.environ["HAVEN_GATEWAY_URL"],
        workspace_image=os.environ["HAVEN_WORKSPACE_IMAGE"],
        service_image=os.environ["HAVEN_SERVICE_IMAGE"],
        secrets_dir=Path(os.environ.get("HAVEN_SECRETS_DIR", "/run/secrets")),
        workspace_runtime=os.environ.get("HAVEN_WORKSPACE_RUNTIME", ""),
        subdomains=os.environ.get("HAVEN_SUBDOMAINS") == "yes",
        has_provider=os.environ.get("HAVEN_OIDC") == "yes",
        mfa=os.environ.get("HAVEN_MFA", "required"),
    )
