"""Taking a sign-in from the portal, where an identity provider named the person.

The portal leaves a ticket in a cookie that only this address gets; the hub trades it once.
"""

from jupyterhub.handlers.base import BaseHandler

TICKET_COOKIES = ("__Secure-haven_ticket", "haven_ticket")


class TakeTicket(BaseHandler):
    async def get(self) -> None:
        ticket = next(filter(None, (self.get_cookie(name) for name in TICKET_COOKIES)), "")
        for name in TICKET_COOKIES:
            self.clear_cookie(
                name,
                path=self.request.path,
                secure=name.startswith("__"),
                httponly=True,
                samesite="lax",
            )
        user = await self.login_user({"username": "", "ticket": ticket}) if ticket else None
        self.redirect("/" if user else self.settings["login_url"])
