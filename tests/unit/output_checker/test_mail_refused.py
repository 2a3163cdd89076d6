"""What a mail server's answers mean: for good, to be tried again, or nothing any more."""

import smtplib

import pytest

from output_checker.adapters.notices.mail import SmtpMail
from output_checker.application.outbox_ports import CannotSend, Letter
from output_checker.domain.message import Channel, Message
from output_checker.domain.notice import Notice, NoticeKind
from tests.unit.output_checker.builders import NOON

NOTICE = Notice(recipient="ben", kind=NoticeKind.SUBMITTED, occasion="x", at=NOON)
MESSAGE = Message(message_id="a", channel=Channel.EMAIL, recipient="ben", due_at=NOON, next_at=NOON)
SAYS = {"connect": 220, "ehlo": 250, "mail": 250, "rcpt": 250, "data": 354, ".": 250, "quit": 221}


class Kept:
    notice = NOTICE


class ScriptedServer(smtplib.SMTP):
    """Answers each command with a code, and is no connection."""

    codes = SAYS
    asked = ""

    def connect(self, *_):
        return self.codes["connect"], b""

    def starttls(self, **_):
        return 220, b""

    def putcmd(self, cmd, *_):
        self.asked = cmd.lower()

    def send(self, _):
        self.asked = "."

    def getreply(self):
        return self.codes.get(self.asked, 250), b"words"


def refused(monkeypatch, **codes):
    monkeypatch.setattr(ScriptedServer, "codes", SAYS | codes)
    monkeypatch.setattr(smtplib, "SMTP", ScriptedServer)
    mail = SmtpMail(
        host="h", port=1, security="starttls", username="", password="", sender="h@example.org",
        public_url="https://h", trust=None,
    )  # fmt: skip
    try:
        mail.send(Letter(message=MESSAGE, notices=(Kept(),), address="ben@example.org"))
    except CannotSend as cannot:
        return cannot.code, cannot.for_good
    return None


@pytest.mark.parametrize("step", ["rcpt", "data", "."])
def test_a_recipient_or_a_mail_that_is_refused_for_good_is_not_tried_again(monkeypatch, step):
    assert refused(monkeypatch, **{step: 554}) == ("smtp_554", True)
    assert refused(monkeypatch, **{step: 451}) == ("smtp_451", False)


@pytest.mark.parametrize("step", ["connect", "mail"])
def test_a_server_that_refuses_us_is_tried_again(monkeypatch, step):
    assert refused(monkeypatch, **{step: 554}) == ("smtp_554", False)


def test_what_goes_wrong_once_a_mail_is_taken_is_no_failure(monkeypatch):
    assert refused(monkeypatch) is None
    assert refused(monkeypatch, quit=554) is None


def test_what_goes_wrong_at_the_end_hides_no_refusal(monkeypatch):
    assert refused(monkeypatch, rcpt=550, quit=421) == ("smtp_550", True)
