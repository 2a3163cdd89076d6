from hub.gateway.headers import SECURITY, page_security, to_workspace


def test_the_workspace_never_sees_who_the_browser_is_to_hub_and_gateway():
    sent = to_workspace(
        {
            "accept": "*/*",
            "authorization": "token secret",
            "cookie": "haven-workspace-p1=secret; _xsrf=2|abc; jupyterhub-session-id=secret",
            "x-forwarded-for": "10.0.0.1",
            "x-xsrftoken": "2|abc",
        }
    )

    assert "secret" not in str(sent)
    assert "2|abc" not in str(sent)
    assert sent["accept"] == "*/*"
    assert sent["Cookie"] == f"_xsrf={sent['X-XSRFToken']}"


def test_the_workspace_is_not_asked_for_parts_or_packed_answers():
    sent = to_workspace({"accept-encoding": "gzip", "range": "bytes=0-9", "if-none-match": "x"})

    assert sent["Accept-Encoding"] == "identity"
    assert "range" not in sent
    assert "if-none-match" not in sent


def test_what_is_not_a_page_runs_no_program():
    assert "script-src 'none'" in SECURITY["Content-Security-Policy"]


def test_the_page_talks_to_its_own_address_only():
    policy = page_security("abc")["Content-Security-Policy"]

    assert "connect-src 'self';" in policy
    assert "form-action 'self';" in policy
    assert "'unsafe-inline'" not in policy.split("script-src", 1)[1].split(";", 1)[0]
