"""Disputes of the demo: an outage that was compensated, a penalty that was invoiced, a late fee that may be waived."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import Member, User
from billing.enums import Fault
from billing.models import Invoice, LiabilityClaim
from billing.queries.debts import debt_of
from billing.services import claims, compensating, liability, penalties, waiving
from billing.services.claims import Story
from billing.services.compensating import Paid
from billing.services.liability import Head, Incident
from billing.services.penalties import Conduct
from upstage_console.kernel.calendars import kst_date
from upstage_console.web.demo.people import MAIN, STAFF, UNPAID

OUTAGE = Story(
    "문서 분석 서비스가 두 시간 동안 멈추어 처리하던 작업이 사라졌습니다.",
    "Document parsing stood still for two hours, and work in progress was lost.",
)
RESOLD = Story(
    "API 키를 허락 없이 다른 사람에게 나누어 주었습니다.", "An API key was passed on to others without permission."
)


def lay_out(staff: User, *, at: datetime) -> None:
    """All of it, once."""
    if LiabilityClaim.objects.exists():
        return
    second = User.objects.get(email=STAFF[1][0])
    with transaction.atomic():
        _outage(Member.objects.get(user__email=MAIN.email), staff, second, at - timedelta(days=6))
        lender = Member.objects.get(user__email=UNPAID.email)
        _penalty(lender, staff, second, at - timedelta(days=4))
        _late_fee(lender, staff, at)


def _outage(member: Member, staff: User, second: User, at: datetime) -> None:
    heads = [Head("다시 처리한 비용", Decimal(84_000)), Head("놓친 거래", Decimal(300_000), is_excluded=True)]
    incident = Incident(kst_date(at - timedelta(days=5)), Fault.ORDINARY, OUTAGE)
    row = liability.propose(member.pk, incident, heads, reason="장애 기록과 대조함", by=staff, at=at)
    row = liability.approve(row.public_id, reason="기록이 맞음", by=second, at=at + timedelta(hours=3))
    later = at + timedelta(days=2)
    paid = Paid(row.payable, kst_date(later), "이체 2026-0417")
    made = compensating.propose(row.public_id, paid, reason="이체함", by=staff, at=later)
    compensating.approve(made.public_id, reason="통장에서 확인", by=second, at=later + timedelta(hours=1))


def _penalty(member: Member, staff: User, second: User, at: datetime) -> None:
    conduct = Conduct(kst_date(at - timedelta(days=21)), Decimal("1.5"))
    row = penalties.propose(member.pk, conduct, RESOLD, reason="접속 기록", by=staff, at=at)
    if row.amount:
        claims.approve(row.public_id, reason="기록이 맞음", by=second, at=at + timedelta(hours=2))


def _late_fee(member: Member, staff: User, at: datetime) -> None:
    for invoice in Invoice.objects.filter(member=member).order_by("pk"):
        if debt_of(invoice, kst_date(at)).late_fee:
            waiving.propose(invoice.public_id, reason="카드 교체가 늦어진 사정", by=staff, at=at)
            return
