"""Every router of the output checker's API."""

from output_checker.web.api import ledger, links, notices, requests, reviews

ROUTERS = (requests.router, reviews.router, links.router, ledger.router, notices.router)
