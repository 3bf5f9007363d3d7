"""Steps of prices: what is checked before one is set, and what is held for a use at one (upstage/17.1, 18.1)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from billing.errors import BadSteps, StepsAreOfWholeMonths
from billing.models import HeldUse, Meter, Price, Service
from billing.rules import steps as rules
from billing.rules.rating import amount
from billing.rules.steps import Step
from billing.services.rating import Rated, Use
from credits.enums import HoldState
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.money import credit, exact

MOST_BEFORE = Decimal(10) ** 12
"""Units of a month, after which the last step begins at the latest."""

# In which steps of the member's month so much more would lie: whatever of it comes first, the use lies in these.
REACHED = """
SELECT price.per, price.step_prices, billing_fill_steps(
    price.step_starts, billing_used_steps(%(member)s, coalesce(price.base_id, price.id), %(month)s), %(quantity)s
) FROM billing_price AS price WHERE price.id = %(price)s
"""


def check(steps: Sequence[Step]) -> None:
    """Refuse `invalid_steps`: fewer than two or too many, not from 0 upwards, or not exact to 6 decimals."""
    starts = [exact(step.starts) for step in steps]
    if not rules.are_steps(steps) or starts[-1] > MOST_BEFORE or any(credit(start) != start for start in starts):
        raise BadSteps(facts={"most": rules.MOST_STEPS})


@enforces("upstage/17.1", "upstage/2.7")
def require_whole_months(meter: Meter, currency: str, *, has_steps: bool, on: date) -> None:
    """Refuse `steps_by_month` where a price with steps would begin or end within a month: it counts the month's use."""
    if on == month_of(on):
        return
    listed = Price.objects.listed().filter(meter=meter, currency=currency, effective_on__lt=on)
    before = listed.order_by("-effective_on").first()
    if has_steps or before is not None and before.steps:
        raise StepsAreOfWholeMonths(facts={"earliest_on": months_later(month_of(on), 1)})


def require_next_by_month(meter: Meter, currency: str, *, on: date) -> None:
    """Refuse `steps_by_month` where a price that is announced already would end these steps within a month."""
    after = Price.objects.listed().filter(meter=meter, currency=currency, effective_on__gt=on)
    following = after.order_by("effective_on").first()
    if following is not None and following.effective_on.day != 1:
        raise StepsAreOfWholeMonths(facts={"earliest_on": months_later(month_of(following.effective_on), 1)})


def mark(service: Service) -> None:
    """From now on every use of the service is looked at for its steps; under the lock that a new price takes."""
    Service.objects.filter(pk=service.pk).update(has_own_prices=True, has_steps=True)


@enforces("upstage/15.3")
def held_for(rated: Rated, use: Use, *, key: str | None, at: datetime) -> Decimal:
    """What a use costs at most, wherever in the month it comes once the member's other open holds are used.

    A repeat of a hold (`key`) holds what it held.
    """
    uses = HeldUse.objects.filter(member=rated.member_id, meter=rated.meter_id).select_related("hold")
    first = uses.filter(hold__key=key, quantity=use.quantity, add_ons=use.chosen).first() if key else None
    if first is not None:
        return first.hold.amount
    held = uses.filter(hold__state=HoldState.OPEN, hold__expires_at__gt=at).aggregate(
        sum=Sum("quantity", default=Decimal(0))
    )
    values = {
        "member": rated.member_id, "price": rated.price_id, "month": month_of(kst_date(at)),
        "quantity": held["sum"] + use.quantity,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(REACHED, values)
        per, prices, places = cursor.fetchone()
    return amount(use.quantity, rules.dearest(prices, places), per)
