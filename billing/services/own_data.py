"""What a member's export holds of usage, trials and own limits (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Member
from accounts.services.own_data import part, streamed
from billing.models import (
    Charge,
    OwnLimits,
    PaymentAgreement,
    PromotionJoined,
    Trial,
    UsageCorrection,
    UsageDay,
    UsageHour,
)

MONEY = ("amount", "burned", "owed", "currency")


@part("usage_by_day", place=300, ko="일별 사용", en="Usage by day", columns=(
    "day", "service", "meter", "key", "calls", "quantity", "amount", "paid_with_credits", "owed", "currency"
))  # fmt: skip
def usage(member: Member) -> Iterable[Sequence[Any]]:
    """What was used each day, and what it cost."""
    fields = ("day", "meter__service__code", "meter__code", "api_key__public_id", "events", "quantity", *MONEY)
    return streamed(UsageDay.objects.filter(member=member).order_by("day", "pk"), *fields)


@part("usage_by_hour", place=305, ko="시간별 사용", en="Usage by hour", columns=(
    "hour", "service", "meter", "key", "calls", "quantity", "amount"
))  # fmt: skip
def usage_by_hour(member: Member) -> Iterable[Sequence[Any]]:
    """What was used in each hour; each begins at the time told."""
    fields = ("hour", "meter__service__code", "meter__code", "api_key__public_id", "events", "quantity", "amount")
    return streamed(UsageHour.objects.filter(member=member).order_by("hour", "pk"), *fields)


@part("charges", place=310, ko="과금", en="Charges", columns=(
    "number", "day", "service", "meter", "calls", "quantity", "amount", "paid_with_credits", "owed", "currency", "at"
))  # fmt: skip
def charges(member: Member) -> Iterable[Sequence[Any]]:
    """What was charged, and what paid for it."""
    fields = ("public_id", "day", "meter__service__code", "meter__code", "events", "quantity", *MONEY, "at")
    return streamed(Charge.objects.filter(member=member).order_by("pk"), *fields)


@part("usage_corrections", place=312, ko="사용량 정정", en="Corrections of usage", columns=(
    "number", "charge", "used_at", "call", "objection", "status", "quantity_before", "quantity", "amount_before",
    "amount", "no_longer_owed", "credits_restored", "currency", "reason", "decided_at",
))  # fmt: skip
def usage_corrections(member: Member) -> Iterable[Sequence[Any]]:
    """What was charged too much for a use, or in an hour that an objection was upheld for, and what was given back."""
    fields = ("public_id", "charge__public_id", "occurred_at", "event_id", "objection__public_id", "status",
              "quantity_before", "quantity", "amount_before", "amount", "lowered", "restored", "currency", "reason",
              "decided_at")  # fmt: skip
    return streamed(UsageCorrection.objects.filter(member=member).order_by("pk"), *fields)


@part("trials", place=314, ko="무료 체험", en="Free trials", columns=(
    "number", "service", "days", "starts_at", "ends_on", "agreed_at", "agreed_ko", "agreed_en", "paid_from",
))  # fmt: skip
def trials(member: Member) -> Iterable[Sequence[Any]]:
    """Free trials, with what was agreed to."""
    fields = ("public_id", "service__code", "days", "starts_at", "ends_on", "agreed_at", "agreed_ko", "agreed_en")
    return streamed(Trial.objects.filter(member=member).order_by("pk"), *fields, "paid_at")


@part("price_promotions", place=316, ko="요금 프로모션", en="Promotions on prices", columns=(
    "promotion", "percent", "starts_on", "ends_on", "joined_at",
))  # fmt: skip
def price_promotions(member: Member) -> Iterable[Sequence[Any]]:
    """Promotions on prices that were joined."""
    fields = ("promotion__code", "promotion__percent", "promotion__starts_on", "promotion__ends_on", "joined_at")
    return streamed(PromotionJoined.objects.filter(member=member).order_by("pk"), *fields)


@part("agreements", place=360, ko="유료서비스 이용계약", en="Agreements on paid services", columns=(
    "number", "mode", "concluded_at", "ended_at", "clauses"
))  # fmt: skip
def agreements(member: Member) -> Iterable[Sequence[Any]]:
    """How the member agreed to pay, from when to when."""
    rows = PaymentAgreement.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "mode", "concluded_at", "ended_at", "clauses")


@part("own_limits", place=370, ko="이용 한도와 알림", en="Own limits", columns=(
    "tell_me_at", "stop_at", "tell_me_below", "changed_at"
))  # fmt: skip
def own_limits(member: Member) -> Iterable[Sequence[Any]]:
    """The limits the member set."""
    return streamed(OwnLimits.objects.filter(member=member), "soft", "hard", "low_balance", "changed_at")
