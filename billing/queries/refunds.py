"""What would be refunded to a member now, and why (upstage/16)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from accounts.enums import MemberKind, MemberStatus
from accounts.models import Member
from billing.enums import RefundStatus
from billing.models import Refund, RefundLine, SetOff
from billing.rules import refunds as rules
from billing.rules.bought import Base, Bought
from billing.rules.refunds import Quote, Reading
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
    today = kst_date(at)
    every = credits.paid_lots(member.pk, at)
    lots = [lot for lot in every if lot.expires_at > at]
    wanted = [lot for lot in every if lot.purchase == purchase] if purchase else [lot for lot in lots if lot.remaining]
    if purchase and not wanted:
        raise NotFound
    bought = _bought(member, wanted or every[-1:], at)
    whole = set() if purchase else {one.name for one in bought if rules.goes_back_whole(one, today)}
    base = _base(member, [lot for lot in lots if lot.purchase not in whole], at)
    reading = Reading(unused_part_too=is_consumer(member) and policy.value("refund_unused_part_to_consumers", at=at))
    return rules.quote(bought, base, today=today, currency=member.currency, reading=reading, leaving=leaving)


def _bought(member: Member, lots: Sequence[PaidLot], at: datetime) -> list[Bought]:
    calendar, back = Holiday.objects.calendar(), _given_back(member)
    return [_one(lot, calendar, at, back.get(lot.purchase, {})) for lot in lots]


def _one(lot: PaidLot, calendar: Calendar, at: datetime, back: dict[str, Any]) -> Bought:
    paid_on = kst_date(lot.paid_at)
    return Bought(
        lot.purchase,
        paid_on,
        rules.full_refund_until(paid_on, calendar),
        lot.amount,
        lot.remaining,
        lot.net,
        lot.tax,
        lot.held,
        expired_on=last_day(lot.expires_at) if lot.expires_at <= at else None,
        is_void=lot.voided,
        **back,
    )


def _given_back(member: Member) -> dict[str, dict[str, Any]]:
    """What was given back of each purchase already, or is asked back in a request that is still looked at."""
    lines = RefundLine.objects.filter(member=member).exclude(refund__status=RefundStatus.REJECTED)
    done = ~Q(refund__status=RefundStatus.UNDER_REVIEW)
    sums = lines.order_by().values("purchase__public_id").annotate(
        given_back=Sum("credits", filter=done, default=0), net=Sum("amount", filter=done, default=0),
        tax_of_it=Sum("tax", filter=done, default=0), asked=Count("pk", filter=~done),
        last=Max("refund__requested_at"),
    )  # fmt: skip
    return {
        str(row["purchase__public_id"]): {
            "refunded": row["given_back"], "refunded_net": row["net"], "refunded_tax": row["tax_of_it"],
            "refunded_on": kst_date(row["last"]), "is_asked_back": row["asked"] > 0,
        }
        for row in sums
    }  # fmt: skip


def _base(member: Member, lots: Sequence[PaidLot], at: datetime) -> Base | None:
    """The last recharge that stays, and the paid balance right after it."""
    if not lots:
        return None
    last = lots[-1]
    alone = policy.value("refund_base", at=at) == "payment"
    amount = last.amount if alone else credits.paid_balance_after(member.pk, last)
    left = sum((lot.remaining for lot in lots), credits.NOTHING)
    return Base(kst_date(last.paid_at), amount, left)


def has_left(member: Member) -> bool:
    """Whether 16.3 goes for the member: their membership has ended and their credits are still kept."""
    return member.status in (MemberStatus.WITHDRAWN, MemberStatus.DISQUALIFIED)


def is_consumer(member: Member) -> bool:
    """Whether the E-Commerce Act protects the member: somebody who is no firm."""
    return member.kind == MemberKind.INDIVIDUAL


def refunds_of_member(member_id: int) -> QuerySet[Refund]:
    """All refunds a member asked for, the newest first."""
    rows: QuerySet[Refund] = Refund.objects.filter(member_id=member_id)
    return rows.order_by("-id")


def refund_of_member(member_id: int, public_id: str) -> Refund:
    """One refund; a stranger's is `not_found`."""
    found: Refund = Refund.objects.filter(member_id=member_id).get_public(public_id)
    return found


def set_off_of(refund: Refund) -> SetOff | None:
    """What an invoice took of a refund, or None."""
    found: SetOff | None = SetOff.objects.filter(refund=refund).select_related("invoice").first()
    return found
