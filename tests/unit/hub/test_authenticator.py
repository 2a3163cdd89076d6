"""Sign-in at the hub, on JupyterHub's own tables: which cookies and tokens are good."""

from types import SimpleNamespace

import pytest
from jupyterhub import orm
from sqlalchemy.orm import Session
from tornado.web import HTTPError

from hub import authenticator
from hub.authenticator import HavenAuthenticator
from hub.portal_client import NotSignedIn, PortalSilent, SignedIn

GOOD = {"username": "ada", "password": "right", "otp": "123456"}


class FakePortal:
    def __init__(self):
        self.current = "first-generation"
        self.asked = []
        self.is_silent = False

    async def sign_in(self, username, password, code):
        self._speak()
        self.asked.append((username, password, code))
        if password != "right":
            return NotSignedIn(words="That is wrong.")
        return SignedIn(username=username, generation=self.current)

    async def generation(self, _username, *, seconds):
        self.waited = seconds
        self._speak()
        return self.current

    def _speak(self):
        if self.is_silent:
            raise PortalSilent


@pytest.fixture
def db():
    make = orm.new_session_factory("sqlite:///:memory:")
    with make() as session:
        yield session
    session.get_bind().dispose()


@pytest.fixture
def hub(db: Session):
    """The authenticator, and a handler that makes users as JupyterHub's does."""
    person = orm.User(name="ada")
    db.add_all([person, orm.OAuthClient(identifier="jupyterhub", secret="", redirect_uri="")])
    db.commit()
    user = SimpleNamespace(name="ada", orm_user=person, id=person.id, db=db)
    cleared = []
    handler = SimpleNamespace(
        db=db, user_from_username=lambda _name: user, cleared=cleared,
        clear_cookie=lambda name, **_: cleared.append(name),
        get_cookie=lambda name: "old" if name == "__Host-haven_session" else None,
    )  # fmt: skip
    return SimpleNamespace(
        authenticator=HavenAuthenticator(portal=FakePortal()), user=user, handler=handler, db=db
    )


@pytest.fixture
def signed_in(hub, anyio_backend):
    import anyio

    anyio.run(hub.authenticator.authenticate, hub.handler, GOOD)
    return hub


@pytest.fixture
def anyio_backend():
    return "asyncio"


def give_token(hub, *, session_id):
    hub.db.add(orm.APIToken(user_id=hub.user.id, session_id=session_id, client_id="jupyterhub"))
    hub.db.commit()


@pytest.mark.anyio
async def test_name_password_and_code_are_asked_of_the_portal(hub):
    assert await hub.authenticator.authenticate(hub.handler, GOOD) == "ada"
    assert hub.authenticator.portal.asked == [("ada", "right", "123456")]
    assert hub.user.orm_user.cookie_id == "first-generation"
    assert hub.handler.cleared == ["__Host-haven_session"]


@pytest.mark.anyio
async def test_a_refusal_is_in_the_portals_words(hub):
    with pytest.raises(HTTPError, match="That is wrong"):
        await hub.authenticator.authenticate(hub.handler, GOOD | {"password": "x"})


@pytest.mark.anyio
async def test_nobody_signs_in_while_the_portal_is_silent(hub):
    hub.authenticator.portal.is_silent = True

    with pytest.raises(HTTPError) as refused:
        await hub.authenticator.authenticate(hub.handler, GOOD)

    assert refused.value.status_code == 503


@pytest.mark.anyio
async def test_sessions_are_good_while_the_generation_stays(signed_in):
    give_token(signed_in, session_id="browser")

    assert await signed_in.authenticator.refresh_user(signed_in.user)
    assert signed_in.db.query(orm.APIToken).count() == 1


@pytest.mark.anyio
async def test_another_generation_ends_cookies_and_the_browsers_tokens_alone(signed_in):
    give_token(signed_in, session_id="browser")
    give_token(signed_in, session_id=None)
    signed_in.authenticator.portal.current = "second-generation"

    assert not await signed_in.authenticator.refresh_user(signed_in.user)
    assert signed_in.user.orm_user.cookie_id == "second-generation"
    assert [token.session_id for token in signed_in.db.query(orm.APIToken)] == [None]


@pytest.mark.anyio
async def test_who_has_no_generation_is_out(signed_in):
    signed_in.authenticator.portal.current = None

    assert not await signed_in.authenticator.refresh_user(signed_in.user)
    assert signed_in.user.orm_user.cookie_id != "first-generation"


@pytest.mark.anyio
async def test_a_silent_portal_is_borne_with_for_less_than_a_minute(signed_in, monkeypatch):
    assert await signed_in.authenticator.refresh_user(signed_in.user)
    signed_in.authenticator.portal.is_silent = True
    now = authenticator.time.monotonic()
    monkeypatch.setattr(authenticator.time, "monotonic", lambda: now + 44)
    assert await signed_in.authenticator.refresh_user(signed_in.user)
    assert signed_in.authenticator.portal.waited == 2

    monkeypatch.setattr(authenticator.time, "monotonic", lambda: now + 46)
    with pytest.raises(HTTPError) as refused:
        await signed_in.authenticator.refresh_user(signed_in.user)
    assert refused.value.status_code == 503
    # Nothing is known of them, so a slow answer is better than none.
    assert signed_in.authenticator.portal.waited == 10


@pytest.mark.anyio
async def test_a_silent_portal_opens_nothing_that_it_never_confirmed(hub):
    hub.authenticator.portal.is_silent = True

    with pytest.raises(HTTPError):
        await hub.authenticator.refresh_user(hub.user)
