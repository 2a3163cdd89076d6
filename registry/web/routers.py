"""Every page and address of this package."""

from registry.web import internal, internal_workspaces, projects

ROUTERS = (projects.router, internal.router, internal_workspaces.router)
