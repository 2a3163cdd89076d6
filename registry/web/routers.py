"""Every page and address of this package."""

from registry.web import (
    internal,
    internal_traffic,
    internal_workspaces,
    projects,
    traffic,
    workspaces,
)

ROUTERS = (
    projects.router,
    workspaces.router,
    internal.router,
    internal_workspaces.router,
    internal_traffic.router,
    traffic.router,
)
