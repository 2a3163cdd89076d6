"""JupyterHub, as Haven runs it. Read by `jupyterhub --config`; `get_config` is its own."""

import sys
import time
from functools import partial
from importlib.resources import files

from hub.authenticator import HavenAuthenticator
from hub.endings import why_stopped
from hub.portal_client import Portal
from hub.proxy import FixedProxy
from hub.request_log import log_request
from hub.settings import from_environment
from hub.spawner import HavenSpawner

c = get_config()  # type: ignore[name-defined]  # noqa: F821
haven = from_environment()
portal = Portal(haven.portal_url, haven.secret("portal_token"))

c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.public_url = haven.public_url
c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_url = "http://hub:8081"
c.JupyterHub.default_url = "/"
c.JupyterHub.template_paths = [str(files("hub") / "templates")]
# JupyterHub calls what can be called with the page's user, and shows what comes back.
c.JupyterHub.template_vars = {
    "has_provider": haven.has_provider,
    "why_stopped": lambda _user: partial(why_stopped, haven.home / "endings"),
}
c.JupyterHub.proxy_class = FixedProxy
c.JupyterHub.cleanup_servers = False
c.JupyterHub.db_url = haven.secret("database_url")
c.JupyterHub.cookie_secret = bytes.fromhex(haven.secret("cookie_secret"))
c.JupyterHub.oauth_require_pkce = True
c.JupyterHub.admin_access = False
c.JupyterHub.allow_named_servers = True
c.JupyterHub.named_server_limit_per_user = 10
c.JupyterHub.concurrent_spawn_limit = 10
# Long enough for a refusal to be shown as one; a page that waited for the whole start would hide
# its progress.
c.JupyterHub.tornado_settings = {
    "slow_spawn_timeout": 0.7,
    "log_function": log_request,
    "cookie_options": {"samesite": "Lax", "secure": haven.is_https},
}
# A name that browsers take from this very host over https only. It goes to every path, which is
# why JupyterHub advises against it; here the gateway lets no cookie of the hub into a workspace.
c.JupyterHub.cookie_host_prefix_enabled = haven.is_https
if haven.subdomains:
    c.JupyterHub.subdomain_host = haven.public_url
c.JupyterHub.log_level = "INFO"

c.JupyterHub.authenticator_class = HavenAuthenticator
c.HavenAuthenticator.portal = portal
c.Authenticator.allow_all = True
# At each request: who signed out, or lost access, is out at once, with tokens too.
c.Authenticator.auth_refresh_age = 1
c.Authenticator.auth_refresh_strict = True
c.Authenticator.request_otp = haven.mfa != "off"

c.JupyterHub.spawner_class = HavenSpawner
c.HavenSpawner.portal = portal
c.HavenSpawner.haven = haven
c.DockerSpawner.prefix = f"{haven.instance}-workspace"
c.DockerSpawner.name_template = "{prefix}-{username}--{servername}"
c.DockerSpawner.remove = True
c.Spawner.start_timeout = 60
c.Spawner.http_timeout = 30
c.Spawner.poll_interval = 10

c.JupyterHub.services = [
    {
        "name": "portal",
        "api_token": haven.secret("portal_service_token"),
        "oauth_client_id": "service-haven",
        "oauth_redirect_uri": f"{haven.public_url}/oauth_callback",
        "oauth_no_confirm": True,
    },
    {
        "name": "access-watch",
        "api_token": haven.secret("access_watch_token"),
        "command": [sys.executable, "-m", "hub.access_watch"],
        "environment": {
            "HAVEN_INSTANCE": haven.instance,
            "HAVEN_HOME": str(haven.home),
            "HAVEN_PUBLIC_URL": haven.public_url,
            "HAVEN_PORTAL_URL": haven.portal_url,
            "HAVEN_GATEWAY_URL": haven.gateway_url,
            "HAVEN_WORKSPACE_IMAGE": haven.workspace_image,
            "HAVEN_SERVICE_IMAGE": haven.service_image,
            "HAVEN_SECRETS_DIR": str(haven.secrets_dir),
            "HAVEN_HUB_STARTED": str(time.time()),
        },
    },
    {
        # Its token opens nothing: it asks the hub for nothing.
        "name": "rerun",
        "command": [sys.executable, "-m", "hub.rerun.runner"],
        "environment": {
            "HAVEN_INSTANCE": haven.instance,
            "HAVEN_HOME": str(haven.home),
            "HAVEN_PUBLIC_URL": haven.public_url,
            "HAVEN_PORTAL_URL": haven.portal_url,
            "HAVEN_GATEWAY_URL": haven.gateway_url,
            "HAVEN_WORKSPACE_IMAGE": haven.workspace_image,
            "HAVEN_SERVICE_IMAGE": haven.service_image,
            "HAVEN_WORKSPACE_RUNTIME": haven.workspace_runtime,
            "HAVEN_SECRETS_DIR": str(haven.secrets_dir),
        },
    },
]
c.JupyterHub.load_roles = [
    {
        "name": "user",
        "description": "Open, see and stop one's own workspaces; sign in to the portal",
        "scopes": [
            "access:services!service=portal",
            "access:servers!user",
            # Start, see and stop; the hub's own pages ask for the whole of it.
            "servers!user",
            "read:users:name!user",
            "read:users:groups!user",
        ],
    },
    {
        "name": "access-watch",
        "services": ["access-watch"],
        "scopes": ["read:servers", "delete:servers"],
    },
]
