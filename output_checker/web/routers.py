"""Every router of the output checker, for the portal to include."""

from output_checker.web import collect, ledger, requests, reviews

ROUTERS = (reviews.router, requests.router, collect.router, ledger.router)
