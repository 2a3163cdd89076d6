"""Every router of the registry's API."""

from registry.web.api import applications, egress, organisations, projects

ROUTERS = (projects.router, applications.router, organisations.router, egress.router)
