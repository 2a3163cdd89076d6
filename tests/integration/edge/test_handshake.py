"""What a browser, an old client and a logged-out stranger meet at the proxy: real handshakes."""

import socket
import ssl
import threading
import warnings

import pytest

from infra.tls import Source, Tls
from tests.certificates import a_certificate
from tests.integration.edge.conftest import HOST, an_instance, running_proxy, trusting


def an_old_client(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_modern_client_that_trusts_the_root_gets_in(internal, version):
    proxy, root = internal
    context = trusting(root)
    context.minimum_version = context.maximum_version = version

    with proxy.connect(context) as connection:
        assert connection.version() == version.name.replace("_", ".")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_protocol_is_refused(internal, version):
    proxy, _ = internal

    with pytest.raises(ssl.SSLError), proxy.connect(an_old_client(version)):
        pass


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_the_old_client_could_speak_to_a_server_that_lets_it(internal, version, tmp_path):
    # The control: what was refused above was refused by the proxy, not by this machine's library.
    certificate, key = a_certificate(tmp_path)
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    lax.load_cert_chain(certificate, key)
    lax.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        lax.minimum_version = ssl.TLSVersion.TLSv1
    ours, theirs = socket.socketpair()
    server = threading.Thread(target=lambda: lax.wrap_socket(theirs, server_side=True).close())
    server.start()

    with an_old_client(version).wrap_socket(ours) as connection:
        assert connection.version() == version.name.replace("_0", "").replace("_", ".")
    server.join()


def test_a_key_exchange_that_would_open_old_recordings_is_refused(internal):
    proxy, _ = internal
    context = an_old_client(ssl.TLSVersion.TLSv1_2)
    context.set_ciphers("kRSA:@SECLEVEL=0")

    with pytest.raises(ssl.SSLError), proxy.connect(context):
        pass


@pytest.mark.parametrize("path", ["/internal/x", "/hub/login", "/user/ada/p/lab", "/"])
def test_every_answer_tells_browsers_to_use_https_only(internal, path):
    proxy, root = internal

    with proxy.connect(trusting(root)) as connection:
        answer = proxy.answer(connection, path)

    assert answer.lower().count("strict-transport-security: max-age=31536000") == 1


def test_http_sends_people_on_to_https_and_serves_nothing(internal):
    proxy, _ = internal

    with socket.create_connection(("127.0.0.1", proxy.plain_port), timeout=10) as connection:
        answer = proxy.answer(connection, "/hub/login?next=x")

    assert answer.startswith("HTTP/1.1 308")
    assert f"Location: https://{HOST}/hub/login?next=x\r\n" in answer


def test_a_name_that_is_not_ours_gets_no_certificate(internal):
    proxy, root = internal

    with pytest.raises(ssl.SSLError), proxy.connect(trusting(root), "elsewhere.example"):
        pass


def test_a_persons_own_name_has_a_certificate_and_only_workspaces_behind_it(internal):
    proxy, root = internal
    name = f"ada.{HOST}"

    with proxy.connect(trusting(root), name) as connection:
        elsewhere = proxy.answer(connection, "/hub/login", name)

    assert elsewhere.startswith("HTTP/1.1 302")
    assert f"Location: https://{HOST}/hub/login\r\n" in elsewhere


def test_a_client_that_does_not_know_the_root_refuses_the_proxy(internal):
    proxy, _ = internal

    with pytest.raises(ssl.SSLCertVerificationError):
        proxy.connect(ssl.create_default_context())


def test_an_own_certificate_is_the_one_shown(tmp_path):
    certificate, key = a_certificate(tmp_path)
    tls = Tls(source=Source.OWN, certificate=certificate, key=key)
    with (
        running_proxy(an_instance(tmp_path, tls=tls), tmp_path) as proxy,
        proxy.connect(trusting(certificate)) as connection,
    ):
        shown = connection.getpeercert(binary_form=True)

    assert shown == ssl.PEM_cert_to_DER_cert(certificate.read_text())
