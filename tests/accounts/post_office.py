"""A mail server of the tests: delivers into `mail.outbox`, and refuses as the address of the receiver says."""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.locmem import EmailBackend


class PostOffice(EmailBackend):
    """`nobody@…` is refused for good, `full@…` for now, `spam@…` by its content, `cut@…` ends the connection."""

    opened = 0

    def open(self) -> None:
        PostOffice.opened += 1

    def send_messages(self, messages: Sequence[Any]) -> int:
        for message in messages:
            self._refuse(message.to[0])
        return int(super().send_messages(messages))

    def _refuse(self, address: str) -> None:
        match address.partition("@")[0]:
            case "nobody":
                raise smtplib.SMTPRecipientsRefused({address: (550, b"no such user")})
            case "full":
                raise smtplib.SMTPRecipientsRefused({address: (452, b"mailbox full")})
            case "spam":
                raise smtplib.SMTPDataError(554, b"not wanted")
            case "sender":
                raise smtplib.SMTPSenderRefused(550, b"not you", address)
            case "cut":
                raise smtplib.SMTPServerDisconnected("gone")
            case "killed":
                raise SystemExit
