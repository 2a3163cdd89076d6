"""Notices as mails, by SMTP that is encrypted or not at all."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from output_checker.application.outbox_ports import CannotSend, Letter
from output_checker.domain.notice_words import address, sentence

TIMEOUT_SECONDS: Final = 20.0
_FOR_GOOD: Final = range(500, 600)
_FOOT: Final = (
    "Sign in to see more. This mail holds links only; nothing of what is in a request is mailed.\n"
    "Choose what you are mailed: {url}/notices/settings\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMail:
    """A mail server. Each letter is a connection of its own."""

    host: str
    port: int
    security: Literal["starttls", "tls"]
    username: str
    password: str
    sender: str
    public_url: str
    trust: ssl.SSLContext

    def send(self, letter: Letter) -> None:
        if letter.address is None:
            raise CannotSend("no_address", for_good=True)
        mail = self.mail(letter, letter.address)
        try:
            with self._connection() as server:
                server.send_message(mail, from_addr=self.sender, to_addrs=[letter.address])
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise CannotSend(f"smtp_{codes[0]}", for_good=codes[0] in _FOR_GOOD) from None
        except smtplib.SMTPAuthenticationError as refused:
            raise CannotSend(f"smtp_sign_in_{refused.smtp_code}") from None
        except smtplib.SMTPResponseException as refused:
            code = refused.smtp_code
            # What is refused before the mail itself is about us, and may be mended.
            is_about_mail = isinstance(refused, smtplib.SMTPDataError)
            raise CannotSend(f"smtp_{code}", for_good=is_about_mail and code in _FOR_GOOD) from None
        except ssl.SSLError:
            raise CannotSend("smtp_not_trusted") from None
        except (smtplib.SMTPException, OSError) as problem:
            raise CannotSend(f"smtp_{type(problem).__name__}") from None

    def mail(self, letter: Letter, to: str) -> EmailMessage:
        """What is sent: the same bytes at each try."""
        message, url = letter.message, self.public_url
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = self.sender
        mail["To"] = to
        mail["Subject"] = _subject(letter)
        mail["Date"] = format_datetime(message.due_at)
        mail["Message-ID"] = f"<{message.message_id}@{urlsplit(url).hostname}>"
        # So that no holiday's answer comes back.
        mail["Auto-Submitted"] = "auto-generated"
        lines = [f"{sentence(one.notice)}\n{url}{address(one.notice)}\n" for one in letter.notices]
        mail.set_content("\n".join(lines) + "\n" + _FOOT.format(url=url))
        return mail

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=self.trust
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=self.trust)
            if self.username:
                server.login(self.username, self.password)
            yield server
        finally:
            # However it ends, what was taken is taken and what was refused is refused.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()


def _subject(letter: Letter) -> str:
    if letter.message.is_digest:
        count = len(letter.notices)
        return f"Haven: {count} {'notice' if count == 1 else 'notices'}"
    return "Haven: " + "; ".join(sentence(one.notice) for one in letter.notices)
