"""The hub's view of a proxy whose routes never change."""

from typing import Any

from jupyterhub.proxy import Proxy


class FixedProxy(Proxy):
    """Remembers routes and changes nothing.

    Caddy sends /hub to the hub, /user to the gateway and the rest to the portal, always. Which
    workspace a /user address means is the gateway's to decide, so there is nothing to add or
    remove per workspace, and no administration port that a workspace could look for.
    """

    should_start = False

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._routes: dict[str, dict[str, Any]] = {}

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        self._routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        self._routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        return dict(self._routes)
