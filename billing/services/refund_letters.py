"""What members are told of their refunds (upstage/20.3, 20.4)."""

from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import RefundWay
from billing.models import HandPayment, Refund
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


def paid(refund: Refund, by_hand: HandPayment | None, *, at: datetime) -> None:
    """The bank has the money, or the part of it that staff did not pay another way."""
    body = _("%(paid)s went back to the payment method you paid with. Your bank may take some days to show it.")
    facts: dict[str, object] = {"paid": Money(refund.to_pay, refund.currency)}
    if by_hand is not None:
        back = refund.to_pay - by_hand.amount
        facts = {"paid": Money(back, refund.currency), "hand": Money(by_hand.amount, refund.currency),
                 "how": by_hand.way, "reference": by_hand.reference}  # fmt: skip
        body = _("%(hand)s were paid to you another way: %(how)s (reference %(reference)s).")
        if back:
            body = _(
                "%(paid)s went back to the payment method you paid with, and %(hand)s were paid to you another way: "
                "%(how)s (reference %(reference)s)."
            )
    _tell(refund, "paid", _("Your refund is paid"), body, at=at, **facts)


def failed(refund: Refund, missing: Decimal, *, at: datetime) -> None:
    """The bank did not take so much of it; people look for another way."""
    body = _(
        "Your bank did not take %(missing)s of your refund back to your card. We pay it another way and write to you "
        "before we do."
    )
    amount = Money(missing, refund.currency)
    _tell(refund, "failed", _("Your refund could not go back to your card"), body, at=at, missing=amount)


def _tell(refund: Refund, stage: str, subject: Promise, body: Promise, *, at: datetime, **facts: object) -> None:
    text = notices.compose(subject, body, total=Money(refund.total, refund.currency), **facts)
    key = f"refund:{refund.public_id}:{stage}"
    notices.notify(member_id=refund.member_id, about="refund", text=text, key=key, at=at, stage=stage, clauses=CLAUSES)
