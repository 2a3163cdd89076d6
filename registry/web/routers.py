"""Every page and address of this package."""

from registry.web import internal, internal_workspaces, projects, workspaces

ROUTERS = (
    projects.router,
    workspaces.router,
    internal.router,
    internal_workspaces.router,
)
