"""What carries advertising: e-mail through Django's backend. There is no gateway for text messages.

A text message therefore goes nowhere: its carrier keeps the rules testable, and staff are refused the channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from django.core.mail import EmailMultiAlternatives

from accounts.enums import Channel


@dataclass(frozen=True)
class Parcel:
    """One advertisement to one address; `opt_out` is the address that ends the consent without a log-in."""

    to: str
    phone: str
    subject: str
    text: str
    html: str
    opt_out: str
    message_id: str


class Carrier(Protocol):
    """A channel; `is_connected` where it really reaches people."""

    is_connected: bool

    def send(self, parcel: Parcel) -> None:
        """Send it, or raise."""


class Email:
    """Mail with the headers by which mail programs offer their own button to opt out (RFC 8058)."""

    is_connected = True

    def send(self, parcel: Parcel) -> None:
        headers = {
            "Message-ID": parcel.message_id,
            "List-Unsubscribe": f"<{parcel.opt_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        mail = EmailMultiAlternatives(parcel.subject, parcel.text, to=[parcel.to], headers=headers)
        mail.attach_alternative(parcel.html, "text/html")
        mail.send()


class NoTextMessages:
    """The place of a gateway for text messages."""

    is_connected = False

    def send(self, parcel: Parcel) -> None:
        """Nothing leaves."""


CARRIERS: Final[Mapping[str, Carrier]] = MappingProxyType({Channel.EMAIL: Email(), Channel.SMS: NoTextMessages()})


def carrier_of(channel: str) -> Carrier:
    """What carries this channel."""
    return CARRIERS[channel]
