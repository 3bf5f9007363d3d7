"""A story with days of its own: it begins on a Wednesday in June, and the nights between its days do their work."""

from datetime import date, datetime, time
from decimal import Decimal

from accounts.models import Member
from billing.services import (
    closing,
    collecting,
    nonpayment,
    payouts,
    purchases,
    recharging,
    reinvoicing,
    review_delays,
    settlement,
    usage,
)
from tests.billing import make
from tests.browser.lived_in import beginner
from upstage_console.kernel import outbox
from upstage_console.kernel.clock import KST


def ten_on(month: int, day: int) -> datetime:
    """Ten in the morning of this day."""
    return datetime.combine(date(2026, month, day), time(10), KST)


JUNE = ten_on(6, 10)


def reader(language: str, *, at: datetime = JUNE) -> Member:
    """A member who reads this language, in the console and in mails."""
    member = beginner(at)
    member.user.language = language
    member.user.save()
    return member


def night(at: datetime) -> None:
    """What the console does by itself until this instant, in the order of a night."""
    for job in (
        closing.close_due, collecting.collect, nonpayment.tell, nonpayment.suspend, reinvoicing.state_again,
        recharging.charge_due, payouts.pay_due, review_delays.tell,
    ):  # fmt: skip
        job(at=at)
    outbox.deliver_due(at=at, topic="notice")


def bought(holder: Member, amount: int, *, at: datetime) -> None:
    purchases.buy(member_id=holder.pk, amount=Decimal(amount), key=f"at {at}", by=holder.user, at=at)


def used(holder: Member, pages: int, *, at: datetime) -> None:
    """So many pages of Document Parse, at 13 won each."""
    event = make.event(holder, f"at {at}", service="document-parse", quantity=pages, at=at.isoformat())
    usage.take([event], batch_key=f"at {at}", at=at)
    settlement.settle(at=at)
