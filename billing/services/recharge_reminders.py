"""Reminding of what recurs once a year, before it is charged (the house's own rule; E-Commerce Act 13(6))."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus
from accounts.models import Notice
from accounts.services import notices
from accounts.services.notices import Letter
from billing.enums import PlanStatus, PurchaseMode
from billing.models import RechargePlan
from billing.rules import taxes
from billing.rules.recharging import REMIND_DAYS_BEFORE
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.money import Money

PLANS_AT_A_TIME = 1000
CLAUSES = ("upstage/15-2.1", "upstage/16.2")


def remind(*, at: datetime) -> int:
    """Tell of each renewal of an annual plan some days before, once; returns how many were told.

    The first charge was told when the plan was set. A late run tells as long as the day has not come.
    """
    letters, told = _letters(kst_date(at)), 0
    while batch := list(islice(letters, PLANS_AT_A_TIME)):
        with transaction.atomic():
            told += notices.notify_all(batch, at=at)
    return told


def _letters(today: date) -> Iterator[Letter]:
    """The letters that are still to go out."""
    due = RechargePlan.objects.filter(
        mode=PurchaseMode.ANNUAL,
        status=PlanStatus.ACTIVE,
        next_on__gt=today,
        next_on__lte=today + timedelta(days=REMIND_DAYS_BEFORE),
        cycles__isnull=False,
        member__status=MemberStatus.ACTIVE,
    ).distinct()
    known = Notice.objects.filter(about="recharge", member__in=due.values("member")).values_list("key", flat=True)
    told = set(known)
    for plan in due.order_by("pk").iterator():
        if _key(plan) not in told:
            yield Letter(plan.member_id, "recharge", _text(plan), _key(plan), stage="coming", clauses=CLAUSES)


def _text(plan: RechargePlan) -> notices.Text:
    return notices.compose(
        _("Auto-recharge on %(next_on)s"),
        _(
            "Once a year %(total)s (with VAT) are charged, next on %(next_on)s. Until then you can change or cancel it "
            "under “Auto-recharge”."
        ),
        total=Money(plan.amount + taxes.vat(plan.amount, plan.currency), plan.currency),
        next_on=plan.next_on,
    )


def _key(plan: RechargePlan) -> str:
    return f"recharge_coming:{plan.public_id}:{plan.next_on}"
