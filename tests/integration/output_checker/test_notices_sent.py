"""Notices that leave: by a real mail server and a real receiver, as the notifier's own role."""

# ruff: noqa: PLR0917 - a test is given what it uses

import hmac
import json
import os
import signal
import ssl
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import sessionmaker

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork, database_engine
from output_checker.adapters.notices.mail import SmtpMail
from output_checker.adapters.notices.webhook import SIGNATURE, TIMESTAMP, SignedWebhook
from output_checker.adapters.system import RandomIds
from output_checker.application.note_deliveries import note_deliveries
from output_checker.application.send_notices import Sending, plan, send_next
from output_checker.domain.message import MOST_ATTEMPTS, Channel
from output_checker.domain.notice import Notice, NoticeKind
from output_checker.domain.notice_words import Delivery
from tests.certificates import a_certificate
from tests.conftest import REPOSITORY
from tests.integration.output_checker.receivers import (
    LOGIN,
    Calls,
    Inbox,
    MailServer,
    receiver,
    server_side,
)
from tests.waiting import eventually

KEY = b"the key of the tests"
SIX = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EMPTY = """
    DELETE FROM notice_message_notice; DELETE FROM notice_message; DELETE FROM notice_wish;
    DELETE FROM notice; DELETE FROM person WHERE username IN ('ada', 'ben');
"""


class Clock:
    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


@pytest.fixture
def certificate(tmp_path):
    return a_certificate(tmp_path, "localhost")


@pytest.fixture
def trust(certificate):
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def mail_server(inbox, certificate):
    server = MailServer(inbox, server_side(*certificate), auth_required=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def calls(certificate):
    calls = Calls()
    server = receiver(calls, server_side(*certificate))
    yield calls
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail(mail_server, trust):
    return SmtpMail(
        host="localhost",
        port=mail_server.port,
        security="starttls",
        username=LOGIN[0],
        password=LOGIN[1],
        sender="haven@example.org",
        public_url="https://haven.example",
        trust=trust,
    )


@pytest.fixture
def hook(calls, trust):
    return SignedWebhook(
        url=calls.url,
        key=KEY,
        public_url="https://haven.example",
        trust=trust,
        now=lambda: SIX,
    )


@pytest.fixture
def people(database):
    database.as_superuser(EMPTY)
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        for name, email in (("ada", "ada@example.org"), ("ben", None)):
            connection.execute(
                text(
                    "INSERT INTO person (username, display_name, is_admin, is_auditor, is_active,"
                    " created_at, email) VALUES (:name, :name, false, false, true, now(), :email)"
                ),
                {"name": name, "email": email},
            )
    engine.dispose()
    yield
    database.as_superuser(EMPTY)


@pytest.fixture
def app(database, people):
    engine = database_engine(database.app_url)
    sessions = sessionmaker(engine)
    yield lambda: SqlUnitOfWork(sessions)
    engine.dispose()


@pytest.fixture
def notifier(database, people):
    engine = database_engine(database.notifier_url)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture
def clock():
    return Clock(SIX)


@pytest.fixture
def sending(notifier, mail, clock):
    return Sending(
        unit_of_work=lambda: SqlUnitOfWork(notifier),
        clock=clock,
        ids=RandomIds(),
        ways={Channel.EMAIL: mail},
        digest_hour=7,
    )


def tell(app, recipient="ada", kind=NoticeKind.ISOLATION_ALERT, at=SIX, occasion="one", **more):
    with app() as uow:
        notice = Notice(recipient=recipient, kind=kind, occasion=occasion, at=at, **more)
        uow.notices.add(notice)
        uow.commit()


def send_all(sending):
    plan(sending)
    found = []
    while (message := send_next(sending)) is not None:
        found.append(message)
    return found


def test_a_mail_is_a_sentence_and_a_link(app, sending, inbox):
    tell(app, kind=NoticeKind.RETURNED, project_id="pay", actor="cat")

    [message] = send_all(sending)

    [(envelope, mail)] = inbox.mails
    assert message.sent_at == SIX
    assert (envelope.mail_from, envelope.rcpt_tos) == ("haven@example.org", ["ada@example.org"])
    assert mail["Subject"] == "Haven: Changes to your request are asked for (project pay, by cat)"
    assert mail["Message-ID"] == f"<{message.message_id}@haven.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "https://haven.example/requests/" in mail.get_content()


def test_nothing_is_planned_or_sent_twice(app, sending, inbox):
    tell(app)
    tell(app)

    send_all(sending)
    send_all(sending)

    assert len(inbox.mails) == 1


def test_who_has_no_address_or_chose_not_to_is_not_mailed(app, sending, inbox):
    with app() as uow:
        uow.notices.wish("ada", {NoticeKind.RELEASED: Delivery.OFF})
        uow.commit()
    tell(app, kind=NoticeKind.RELEASED)
    tell(app, recipient="ben")
    tell(app, recipient="nobody")

    assert send_all(sending) == []
    assert inbox.mails == []


def test_what_happened_long_before_there_was_a_mail_server_is_not_mailed(app, sending, inbox):
    tell(app, at=SIX - timedelta(days=4))

    assert send_all(sending) == []


def test_a_digest_is_one_mail_a_day_with_all_links(app, sending, inbox, clock):
    with app() as uow:
        uow.notices.wish("ada", {NoticeKind.RETURNED: Delivery.DIGEST})
        uow.commit()
    tell(app, kind=NoticeKind.RETURNED, project_id="pay")
    tell(app, kind=NoticeKind.DRAFT_EXPIRED, project_id="place")
    assert send_all(sending) == []

    clock.at = SIX + timedelta(hours=1)
    tell(app, kind=NoticeKind.RETURNED, occasion="later")
    send_all(sending)

    [(_, mail)] = inbox.mails
    assert mail["Subject"] == "Haven: 2 notices"
    assert "project pay" in mail.get_content()
    assert "project place" in mail.get_content()
    clock.at = SIX + timedelta(hours=25)
    send_all(sending)
    assert inbox.mails[1][1]["Subject"] == "Haven: 1 notice"


def test_a_server_that_is_busy_is_asked_again_later_with_the_same_mail(app, sending, inbox, clock):
    inbox.refusals = ["451 come back", "451 come back"]
    tell(app)

    [first] = send_all(sending)
    assert (first.failure, first.sent_at) == ("smtp_451", None)
    assert send_all(sending) == []
    clock.at += timedelta(minutes=1)
    assert send_all(sending)[0].next_at == clock.at + timedelta(minutes=2)
    clock.at += timedelta(minutes=2)
    [last] = send_all(sending)

    assert last.sent_at == clock.at
    assert inbox.mails[0][1]["Message-ID"].startswith(f"<{first.message_id}@")


def test_what_a_server_refuses_for_good_is_given_up_and_shown(app, sending, inbox):
    inbox.refusals = ["550 no such person"]
    tell(app)

    [message] = send_all(sending)

    assert (message.failure, message.given_up_at) == ("smtp_550", SIX)
    with app() as uow:
        assert [one.message_id for one in uow.outbox.troubled(9)] == [message.message_id]
        assert uow.outbox.revive(at=SIX) == 1
        uow.commit()
    assert send_all(sending)[0].sent_at == SIX


def test_tries_have_an_end(app, sending, inbox, clock):
    inbox.refusals = ["451 come back"] * (MOST_ATTEMPTS + 1)
    tell(app)
    tried = 0
    for _ in range(MOST_ATTEMPTS + 3):
        tried += len(send_all(sending))
        clock.at += timedelta(hours=6)

    assert tried == MOST_ATTEMPTS


def test_a_process_that_dies_after_it_was_heard_sends_the_same_mail_again(app, sending, inbox):
    tell(app)
    plan(sending)
    made = sending.unit_of_work

    class Dying:
        """As after kill -9: what was to be written is not."""

        def __enter__(self):
            self.inner = made().__enter__()
            self.outbox = self.inner.outbox
            return self

        def __exit__(self, *error):
            self.inner.__exit__(*error)

        def commit(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_next(replace(sending, unit_of_work=Dying))
    send_all(sending)

    (_, one), (_, other) = inbox.mails
    assert one["Message-ID"] == other["Message-ID"]
    assert one.as_bytes() == other.as_bytes()
    assert send_all(sending) == []


def test_two_processes_do_not_send_the_same_message(app, sending, inbox):
    tell(app)
    plan(sending)
    with sending.unit_of_work() as held:
        assert held.outbox.lock_due(SIX, [Channel.EMAIL]) is not None
        assert send_next(sending) is None
    assert send_next(sending).sent_at


def test_a_notice_shares_the_fate_of_what_it_is_about(app):
    def die(_session):
        raise KeyboardInterrupt

    with app() as uow:
        event.listen(uow._session, "before_commit", die)
        uow.notices.add(Notice(recipient="ada", kind=NoticeKind.RELEASED, occasion="x", at=SIX))
        with pytest.raises(KeyboardInterrupt):
            uow.commit()
    with app() as uow:
        assert uow.notices.unread("ada") == 0


def test_nothing_is_sent_in_the_clear(app, sending, mail, inbox, certificate):
    plain = MailServer(inbox, None, require_starttls=False)
    plain.start()
    try:
        tell(app)
        to_plain = replace(mail, port=plain.port)
        [message] = send_all(replace(sending, ways={Channel.EMAIL: to_plain}))
    finally:
        plain.stop()

    assert message.failure == "smtp_SMTPNotSupportedError"
    assert inbox.mails == []


def test_a_server_that_nobody_vouches_for_gets_nothing(app, sending, mail, inbox):
    stranger = replace(mail, trust=ssl.create_default_context())
    tell(app)

    [message] = send_all(replace(sending, ways={Channel.EMAIL: stranger}))

    assert message.failure == "smtp_not_trusted"
    assert inbox.mails == []


def test_a_wrong_password_is_tried_again_when_it_may_have_been_mended(app, sending, mail, inbox):
    tell(app)

    [message] = send_all(replace(sending, ways={Channel.EMAIL: replace(mail, password="no")}))

    assert message.failure == "smtp_sign_in_535"
    assert message.given_up_at is None


def test_tls_from_the_first_byte_works_too(app, sending, mail, inbox, certificate):
    server = MailServer(inbox, server_side(*certificate), implicit=True, auth_require_tls=False)
    server.start()
    try:
        tell(app)
        other = replace(mail, port=server.port, security="tls")
        [message] = send_all(replace(sending, ways={Channel.EMAIL: other}))
    finally:
        server.stop()

    assert message.sent_at
    assert len(inbox.mails) == 1


def test_the_webhook_is_told_with_a_signature_that_its_receiver_can_check(
    app, sending, hook, calls
):
    tell(app, kind=NoticeKind.RELEASED, project_id="pay")

    [message] = send_all(replace(sending, ways={Channel.WEBHOOK: hook}))

    [(path, headers, body)] = calls.found
    expected = hmac.new(KEY, headers[TIMESTAMP].encode() + b"." + body, "sha256").hexdigest()
    assert (path, headers[SIGNATURE]) == ("/hook", f"sha256={expected}")
    assert int(headers[TIMESTAMP]) == SIX.timestamp()
    said = json.loads(body)
    assert (said["id"], said["recipient"]) == (message.message_id, "ada")
    assert said["notices"][0]["link"] == "https://haven.example/requests/"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_the_receiver_does_not_take_is_tried_again_and_redirects_are_not_followed(
    app, sending, hook, calls, clock, status
):
    calls.answers = [status]
    deps = replace(sending, ways={Channel.WEBHOOK: hook})
    tell(app)

    assert send_all(deps)[0].failure == f"http_{status}"
    clock.at += timedelta(minutes=1)
    assert send_all(deps)[0].sent_at

    (one, _, first), (other, _, second) = calls.found
    assert (one, first) == (other, second) == ("/hook", first)


def test_mail_and_webhook_are_sent_each_once(app, sending, mail, hook, inbox, calls):
    tell(app)

    send_all(replace(sending, ways={Channel.EMAIL: mail, Channel.WEBHOOK: hook}))

    assert (len(inbox.mails), len(calls.found)) == (1, 1)


def test_the_ledger_counts_what_went_and_what_did_not(app, sending, inbox):
    inbox.refusals = ["550 no"]
    tell(app)
    tell(app, occasion="two")
    send_all(sending)

    note_deliveries(app(), Clock(SIX))
    note_deliveries(app(), Clock(SIX))

    with app() as uow:
        [line, *_] = uow.ledger.page(before=None, size=1)
        assert uow.outbox.note_ended(at=SIX) == {}
    assert (line.event, line.details) == (
        "notices.delivered",
        {"email_sent": 1, "email_given_up": 1},
    )


FORBIDDEN = [
    "SELECT count(*) FROM release_request",
    "SELECT previews FROM output_file",
    "SELECT comment FROM review",
    "SELECT password_hash FROM person",
    "SELECT count(*) FROM ledger",
    "SELECT count(*) FROM portal_session",
    "INSERT INTO notice (recipient, kind, occasion, at) VALUES ('ada', 'released', 'x', now())",
    "UPDATE notice SET recipient = 'eve'",
    "DELETE FROM notice_message",
    "UPDATE person SET email = 'eve@example.org'",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_notifier_can_read_and_write_nothing_else(notifier, sql):
    with notifier() as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(sql))


@pytest.mark.slow
def test_the_process_sends_is_killed_and_goes_on(
    app, database, mail_server, inbox, certificate, tmp_path
):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "haven_database_url").write_text(database.notifier_url)
    (secrets / "haven_smtp_password").write_text(LOGIN[1])
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "HAVEN_SECRETS_DIR": str(secrets),
        "HAVEN_PUBLIC_URL": "https://haven.example",
        "HAVEN_SMTP_HOST": "localhost",
        "HAVEN_SMTP_PORT": str(mail_server.port),
        "HAVEN_SMTP_USERNAME": LOGIN[0],
        "HAVEN_MAIL_FROM": "haven@example.org",
        "HAVEN_AUTHORITIES": str(certificate[0]),
        "HAVEN_POLL_SECONDS": "0.1",
        "HAVEN_READY_FILE": str(tmp_path / "ready"),
    }
    command = [sys.executable, "-m", "output_checker.adapters.notices"]

    def start():
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    tell(app, at=datetime.now(UTC))
    process = start()
    eventually(lambda: len(inbox.mails) == 1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    tell(app, at=datetime.now(UTC), occasion="two")
    process = start()
    eventually(lambda: len(inbox.mails) == 2)
    process.terminate()

    assert process.wait(timeout=20) == 0
    ids = {mail["Message-ID"] for _, mail in inbox.mails}
    assert len(ids) == 2
