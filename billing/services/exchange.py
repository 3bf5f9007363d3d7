"""Base exchange rates: added with a later day, never changed (upstage/17.1)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.models import ExchangeRate
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed, InvalidAmount
from upstage_console.kernel.money import CURRENCIES, exact

BASE = "KRW"
MOST_RATE = Decimal(10) ** 6
FINEST = Decimal("0.0001")


@enforces("upstage/17.1")
@transaction.atomic
def set_rate(
    *, currency: str, rate: Decimal, effective_on: date, by: Any, at: datetime, reason: str = ""
) -> ExchangeRate:
    """Publish how many won are the base for one unit of a currency from a KST day on. No price changes by it.

    Refuses `invalid_amount`, `day_has_passed`, and `already_done` for a second rate of one day.
    """
    if (
        currency == BASE
        or currency not in CURRENCIES
        or not 0 < exact(rate) <= MOST_RATE
        or rate != rate.quantize(FINEST)
    ):
        raise InvalidAmount(facts={"amount": rate})
    if effective_on < kst_date(at):
        raise DayHasPassed
    defaults = {"rate": rate, "set_at": at, "set_by": audit.actor(by), "reason": reason}
    row, made = ExchangeRate.objects.get_or_create(currency=currency, effective_on=effective_on, defaults=defaults)
    if not made:
        raise AlreadyDone
    facts = {"currency": currency, "rate": rate, "effective_on": effective_on}
    audit.record("exchange_rate.set", row, by=by, at=at, reason=reason, clauses=["upstage/17.1"], facts=facts)
    return row
