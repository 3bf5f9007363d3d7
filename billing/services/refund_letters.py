"""What members are told of their refunds (upstage/20.3, 20.4)."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import RefundWay
from billing.models import Refund
from upstage_console.kernel.money import Money

CLAUSES = ("upstage/20.3", "upstage/20.4")


def received(refund: Refund, *, at: datetime) -> None:
    """The request is there, and is answered by its day."""
    body = _(
        "You asked for %(total)s back. We look at it with your usage and payments, and answer by the end of %(until)s."
    )
    _tell(refund, "received", _("We have your request for a refund"), body, at=at, until=refund.review_by)


def approved(refund: Refund, *, at: datetime) -> None:
    """It is granted: the credits are gone, and the money comes by its day."""
    subject = _("Your refund of %(total)s is approved")
    if refund.way == RefundWay.OFFSET:
        body = _(
            "%(credits)s credits were taken back. %(total)s (with tax) are set off against your next invoice; what is "
            "left of it goes back to the card you paid with."
        )
        return _tell(refund, "approved", subject, body, at=at, credits=refund.credits)
    body = _(
        "%(credits)s credits were taken back. %(total)s (with tax) go back to the card you paid with, by the end of "
        "%(until)s."
    )
    return _tell(refund, "approved", subject, body, at=at, credits=refund.credits, until=refund.pay_by)


def rejected(refund: Refund, *, at: datetime) -> None:
    """It is not granted, and why."""
    body = _("We looked at your request for %(total)s, and do not refund it. %(answer)s")
    _tell(refund, "rejected", _("Your request for a refund was not granted"), body, at=at, answer=refund.answer)


def set_off(refund: Refund, *, number: str, at: datetime) -> None:
    """So much was set off against an invoice, and the rest goes back."""
    body = _("%(set_off)s of your refund were set off against invoice %(number)s. %(rest)s go back to your card.")
    if not refund.to_pay:
        body = _("%(set_off)s, all of your refund, were set off against invoice %(number)s.")
    facts = {"set_off": Money(refund.set_off, refund.currency), "rest": Money(refund.to_pay, refund.currency)}
    _tell(refund, "set_off", _("Your refund was set off"), body, at=at, number=number, **facts)


def paid(refund: Refund, *, at: datetime) -> None:
    """The bank has the money."""
    body = _("%(paid)s went back to the payment method you paid with. Your bank may take some days to show it.")
    paid = Money(refund.to_pay, refund.currency)
    _tell(refund, "paid", _("Your refund is paid"), body, at=at, paid=paid)


def failed(refund: Refund, *, at: datetime) -> None:
    """The bank did not take it; people look for another way."""
    body = _("Your bank did not take %(total)s back to your card. We pay it another way and write to you before we do.")
    _tell(refund, "failed", _("Your refund could not go back to your card"), body, at=at)


def _tell(refund: Refund, stage: str, subject: Promise, body: Promise, *, at: datetime, **facts: object) -> None:
    text = notices.compose(subject, body, total=Money(refund.total, refund.currency), **facts)
    key = f"refund:{refund.public_id}:{stage}"
    notices.notify(member_id=refund.member_id, about="refund", text=text, key=key, at=at, stage=stage, clauses=CLAUSES)
