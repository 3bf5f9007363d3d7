"""What would be refunded to a member now, and why (upstage/16)."""

from collections.abc import Sequence
from datetime import datetime

from accounts.enums import MemberKind
from accounts.models import Member
from billing.rules import refunds as rules
from billing.rules.refunds import Base, Bought, Quote, Reading
from credits import queries as credits
from credits.queries import PaidLot
from upstage_console.kernel import policy
from upstage_console.kernel.calendars import Calendar, kst_date, last_day
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.models import Holiday

policy.reading(
    "refund_unused_part_to_consumers",
    False,
    clause="upstage/16.1",
    why_ko="제16조 제1항은 미사용을 전제로 합니다. 켜면 소비자에게는 7일 안에 쓰지 않은 부분도 환불합니다"
    "(전자상거래법 제17조 제2항, 제35조).",
    why_en="16.1 presupposes no use. On: consumers are refunded the unused part within the 7 days, too (E-Commerce Act "
    "17(2), 35).",
    valid=lambda value: isinstance(value, bool),
)
policy.reading(
    "refund_base",
    "balance",
    clause="upstage/16.2",
    why_ko="40%의 기준은 마지막 충전 직후의 유상 잔액(balance)이며, 마지막 결제만(payment)으로 바꿀 수 있습니다.",
    why_en="The 40 % are measured on the paid balance right after the last recharge (balance), or on that payment "
    "alone (payment).",
    valid=lambda value: value in ("balance", "payment"),
)


def quote(member: Member, *, at: datetime, purchase: str | None = None, leaving: bool = False) -> Quote:
    """What would be refunded of one purchase (its public id), or of all that have something left.

    For all, what 16.1 grants goes back first, and the 40 % are measured on what then remains. A stranger's purchase is
    `not_found`. What has expired is never refunded.
    """
    today, calendar = kst_date(at), Holiday.objects.calendar()
    every = credits.paid_lots(member.pk)
    lots = [lot for lot in every if lot.expires_at > at]
    wanted = [lot for lot in every if lot.purchase == purchase] if purchase else [lot for lot in lots if lot.remaining]
    if purchase and not wanted:
        raise NotFound
    bought = [_bought(lot, calendar, at) for lot in (wanted or every[-1:])]
    whole = set() if purchase else {one.name for one in bought if rules.goes_back_whole(one, today)}
    base = _base(member, [lot for lot in lots if lot.purchase not in whole], at)
    reading = Reading(unused_part_too=_is_consumer(member) and policy.value("refund_unused_part_to_consumers", at=at))
    return rules.quote(bought, base, today=today, currency=member.currency, reading=reading, leaving=leaving)


def _bought(lot: PaidLot, calendar: Calendar, at: datetime) -> Bought:
    paid_on = kst_date(lot.paid_at)
    until = rules.full_refund_until(paid_on, calendar)
    expired_on = last_day(lot.expires_at) if lot.expires_at <= at else None
    return Bought(
        lot.purchase, paid_on, until, lot.amount, lot.remaining, lot.net, lot.tax, expired_on=expired_on
    )  # fmt: skip


def _base(member: Member, lots: Sequence[PaidLot], at: datetime) -> Base | None:
    """The last recharge that stays, and the paid balance right after it."""
    if not lots:
        return None
    last = lots[-1]
    alone = policy.value("refund_base", at=at) == "payment"
    amount = last.amount if alone else credits.paid_balance_after(member.pk, last)
    left = sum((lot.remaining for lot in lots), credits.NOTHING)
    return Base(kst_date(last.paid_at), amount, left)


def _is_consumer(member: Member) -> bool:
    return member.kind == MemberKind.INDIVIDUAL
