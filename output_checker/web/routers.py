"""Every router of the output checker, for the portal to include."""

from output_checker.web import (
    collect,
    ingress,
    ledger,
    notices,
    preview_routes,
    queue,
    requests,
    reviews,
    steer,
    withdrawals,
)

_MODULES = (
    queue,
    reviews,
    preview_routes,
    steer,
    withdrawals,
    ingress,
    requests,
    collect,
    ledger,
    notices,
)
ROUTERS = tuple(module.router for module in _MODULES)
