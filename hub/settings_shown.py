"""The hub's settings that safety rests on, as JSON: `python -m hub.settings_shown`.

Reads the same configuration with the same environment as the running hub, and shows no secret.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from traitlets.config.loader import Config, PyFileConfigLoader

CONFIGURATION = Path(__file__).with_name("jupyterhub_config.py")


def shown(configuration: Config) -> dict[str, Any]:
    """Name -> value; what the configuration leaves alone has the hub's own default, off."""
    hub, cookies = configuration.JupyterHub, configuration.JupyterHub.tornado_settings
    return {
        "oauth_require_pkce": hub.get("oauth_require_pkce", False),
        "token_in_url": bool(int(os.environ.get("JUPYTERHUB_ALLOW_TOKEN_IN_URL", "0") or "0")),
        "admin_access": hub.get("admin_access", False),
        "admin_users": sorted(configuration.Authenticator.get("admin_users", ())),
        "roles": [
            {"name": role["name"], "scopes": role["scopes"], "services": role.get("services", [])}
            for role in hub.load_roles
        ],
        "cookie_samesite": cookies.get("cookie_options", {}).get("samesite", ""),
        "cookie_secure": cookies.get("cookie_options", {}).get("secure", False),
        "cookie_host_prefix": hub.get("cookie_host_prefix_enabled", False),
        "allowed_images": bool(configuration.DockerSpawner.get("allowed_images")),
        "options_form": bool(configuration.Spawner.get("options_form")),
        "workspace_image": configuration.HavenSpawner.haven.workspace_image,
    }


def main(out: TextIO = sys.stdout) -> None:
    loader = PyFileConfigLoader(CONFIGURATION.name, path=str(CONFIGURATION.parent))
    out.write(json.dumps(shown(loader.load_config())) + "\n")


if __name__ == "__main__":
    main()
