"""Notices as signed calls of the one address that the installation names."""

import hashlib
import hmac
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx2

from output_checker.application.outbox_ports import CannotSend, Letter
from output_checker.domain.notice_words import address, sentence

TIMEOUT_SECONDS: Final = 10.0
TIMESTAMP: Final = "Haven-Timestamp"
SIGNATURE: Final = "Haven-Signature"
_GONE: Final = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWebhook:
    """Attributes: `now` tells the time of a try, which is signed with the body."""

    url: str
    key: bytes
    public_url: str
    trust: ssl.SSLContext
    now: Callable[[], datetime]

    def send(self, letter: Letter) -> None:
        body = json.dumps(self._said(letter), sort_keys=True, separators=(",", ":")).encode()
        timestamp = str(int(self.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(self.key, timestamp, body),
        }
        try:
            with (
                httpx2.Client(
                    verify=self.trust,
                    timeout=TIMEOUT_SECONDS,
                    follow_redirects=False,
                    trust_env=False,
                ) as client,
                client.stream("POST", self.url, content=body, headers=headers) as answer,
            ):
                # What the answer says is not read: only whether it was taken.
                status = answer.status_code
        except httpx2.HTTPError as problem:
            raise CannotSend(f"http_{type(problem).__name__}") from None
        if not httpx2.codes.is_success(status):
            raise CannotSend(f"http_{status}", for_good=status == _GONE)

    def _said(self, letter: Letter) -> dict[str, Any]:
        return {
            "version": 1,
            "id": letter.message.message_id,
            "recipient": letter.message.recipient,
            "notices": [
                {
                    "kind": one.notice.kind.value,
                    "words": sentence(one.notice),
                    "project": one.notice.project_id,
                    "request": one.notice.request_id,
                    "application": one.notice.application_id,
                    "actor": one.notice.actor or None,
                    "at": one.notice.at.isoformat(),
                    "link": f"{self.public_url}{address(one.notice)}",
                }
                for one in letter.notices
            ],
        }


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """What the header holds: HMAC-SHA256 of the timestamp, a full stop and the body."""
    return f"sha256={hmac.new(key, timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"
