"""The notifier: `python -m output_checker.adapters.notices`.

The one process besides the proxy that has a way out. It reads notices and addresses with a role of
the database that sees nothing else, and has neither data nor files. SIGTERM ends it.
"""

import signal
import ssl
import sys
import threading

import structlog
from sqlalchemy.orm import sessionmaker

from output_checker.adapters import log as logging_setup
from output_checker.adapters.database.unit_of_work import SqlUnitOfWork, database_engine
from output_checker.adapters.log import failure
from output_checker.adapters.notices.mail import SmtpMail
from output_checker.adapters.notices.settings import NotifierSettings
from output_checker.adapters.notices.webhook import SignedWebhook
from output_checker.adapters.system import RandomIds, SystemClock
from output_checker.application.outbox_ports import WayOut
from output_checker.application.send_notices import AT_ONCE, Sending, plan, send_next
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.message import Channel

log = structlog.get_logger()


def ways(settings: NotifierSettings) -> dict[Channel, WayOut]:
    """What the settings allow, and nothing else."""
    trust = ssl.create_default_context(
        cafile=str(settings.authorities) if settings.authorities else None
    )
    public_url = settings.public_url.rstrip("/")
    found: dict[Channel, WayOut] = {}
    if settings.smtp_host:
        found[Channel.EMAIL] = SmtpMail(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value(),
            sender=settings.mail_from,
            public_url=public_url,
            trust=trust,
        )
    if settings.webhook_url:
        found[Channel.WEBHOOK] = SignedWebhook(
            url=settings.webhook_url,
            key=settings.webhook_key.get_secret_value().encode(),
            public_url=public_url,
            trust=trust,
            now=SystemClock().now,
        )
    return found


def sending(settings: NotifierSettings) -> Sending:
    sessions = sessionmaker(database_engine(settings.database_url.get_secret_value()))
    return Sending(
        unit_of_work=lambda: SqlUnitOfWork(sessions),
        clock=SystemClock(),
        ids=RandomIds(),
        ways=ways(settings),
        digest_hour=settings.digest_hour,
    )


def take_turn(deps: Sending) -> bool:
    """Plan what waits and try one message. Returns: whether there may be more to do at once.

    Raises:
        DependencyUnavailable: The database did not answer.
    """
    has_more = plan(deps) == AT_ONCE
    message = send_next(deps)
    if message is None:
        return has_more
    state = "sent" if message.sent_at else message.failure
    log.info("message tried", task=message.channel.value, state=state, attempt=message.attempts)
    return True


def main() -> int:
    logging_setup.configure()
    settings = NotifierSettings.load()
    deps = sending(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    log.info("notifier started")
    while not stopping.is_set():
        try:
            has_more = take_turn(deps)
            settings.ready_file.touch()
        except DependencyUnavailable as error:
            log.warning("database is away", **failure(error))
            settings.ready_file.unlink(missing_ok=True)
            has_more = False
        stopping.wait(0 if has_more else settings.poll_seconds)
    log.info("notifier stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
