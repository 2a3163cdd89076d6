"""The hub adapter, against the answers that JupyterHub gives."""

import httpx2
import pytest

from portal.hub import HubRefused, HubUnavailable, JupyterHub


def hub(*answers, seen=None):
    answers = list(answers)

    def handle(request):
        if seen is not None:
            seen.append(request)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = httpx2.Client(
        base_url="http://hub:8081/hub/api/", transport=httpx2.MockTransport(handle)
    )
    return JupyterHub(
        client, client_id="service-haven", client_secret="secret", redirect_uri="http://h/cb"
    )


TOKEN = httpx2.Response(200, json={"access_token": "t0ken", "token_type": "Bearer"})


def test_a_code_is_traded_for_a_token_and_the_token_for_a_name():
    seen = []

    name = hub(TOKEN, httpx2.Response(200, json={"name": "alice"}), seen=seen).username(
        code="c0de", verifier="v"
    )

    assert name == "alice"
    trade, ask = seen
    assert str(trade.url) == "http://hub:8081/hub/api/oauth2/token"
    assert b"grant_type=authorization_code" in trade.content
    assert b"code_verifier=v" in trade.content
    assert str(ask.url) == "http://hub:8081/hub/api/user"
    assert ask.headers["Authorization"] == "token t0ken"


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([httpx2.Response(400, json={"error": "invalid_grant"})], HubRefused),
        ([TOKEN, httpx2.Response(403)], HubRefused),
        ([TOKEN, httpx2.Response(200, json={"name": "../etc"})], HubRefused),
        ([httpx2.Response(503)], HubUnavailable),
        ([httpx2.Response(200, text="<html>")], HubUnavailable),
        ([httpx2.Response(200, json={})], HubUnavailable),
        ([httpx2.Response(200, json=[])], HubUnavailable),
        ([httpx2.Response(200, json={"access_token": 3})], HubUnavailable),
        ([httpx2.ConnectError("no")], HubUnavailable),
        ([TOKEN, httpx2.ReadTimeout("no")], HubUnavailable),
        ([TOKEN, httpx2.Response(200, json={"kind": "service"})], HubUnavailable),
    ],
    ids=range(11),
)
def test_what_is_not_a_name_signs_nobody_in(answers, error):
    with pytest.raises(error):
        hub(*answers).username(code="c", verifier="v")
