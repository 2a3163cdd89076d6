"""Every page and address of this package."""

from registry.web import (
    catalogue,
    closures,
    egress,
    glossary,
    internal,
    internal_traffic,
    internal_workspaces,
    organisations,
    people,
    projects,
    traffic,
    views,
    workspaces,
)
from registry.web.applications import assess, data, fill, lists, read

ROUTERS = (
    projects.router,
    catalogue.router,
    glossary.router,
    workspaces.router,
    organisations.router,
    closures.router,
    people.router,
    egress.router,
    views.router,
    internal.router,
    internal_workspaces.router,
    internal_traffic.router,
    traffic.router,
    lists.router,
    fill.router,
    data.router,
    read.router,
    assess.router,
)
