"""Bonus tiers of the demo, and who recharges by themselves: one in order, one abroad, one whose card does not pay."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Member, User
from billing.enums import PurchaseMode
from billing.models import TierTable
from billing.queries.recharging import last_plan
from billing.queries.topping import last_top_up
from billing.rules.bonus import TierLine
from billing.rules.recharging import Choice
from billing.services import recharge_plans, recharging, tiers, topping
from billing.services.topping import Wish
from upstage_console.kernel.calendars import kst_date
from upstage_console.web.demo.people import ABROAD, MAIN, UNPAID

ONCE, MONTHLY, ANNUAL = PurchaseMode.ONCE, PurchaseMode.MONTHLY, PurchaseMode.ANNUAL
TIERS = (
    (ONCE, 100_000, 70, "3"),
    (ONCE, 300_000, 200, "5"),
    (MONTHLY, 30_000, 20, "5"),
    (MONTHLY, 100_000, 70, "8"),
    (ANNUAL, 300_000, 200, "10"),
    (ANNUAL, 1_000_000, 700, "15"),
)
PLANS = {MAIN.email: (Decimal(50_000), 40), ABROAD.email: (Decimal(40), 30), UNPAID.email: (Decimal(30_000), 20)}
"""What is recharged each month, and how many days before the end of the story it was switched on."""


def publish(staff: User, at: datetime) -> None:
    """The table that holds from the first day on."""
    if TierTable.objects.exists():
        return
    lines = [
        TierLine(mode, currency, Decimal(minimum), Decimal(percent))
        for mode, won, dollars, percent in TIERS
        for currency, minimum in (("KRW", won), ("USD", dollars))
    ]
    table = tiers.draft(lines, effective_on=kst_date(at), by=staff, at=at, reason="보너스 시작")
    tiers.publish(table.public_id, by=staff, at=at, reason="보너스 시작")


def on_the_day(left: int, cast: dict[str, Member], at: datetime) -> None:
    """Plans are switched on one after the other, and what is due is charged."""
    for email, (amount, days) in PLANS.items():
        if left == days and last_plan(cast[email].pk) is None:
            member = cast[email]
            choice = Choice(amount, MONTHLY, (kst_date(at) + timedelta(days=3)).day)
            recharge_plans.set_plan(member_id=member.pk, choice=choice, by=member.user, at=at)
    recharging.charge_due(at=at)


def at_the_end(main: Member, at: datetime) -> None:
    """The main member wants more when the balance runs very low."""
    if last_top_up(main.pk) is None:
        wish = Wish(Decimal(5_000), Decimal(30_000))
        topping.set_top_up(member_id=main.pk, wish=wish, by=main.user, at=at)
