"""What was earned and what is owed, month by month: sums by the database, equal to the lists behind them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import dropwhile
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from billing.enums import FEES, PurchaseStatus
from billing.models import CreditNote, Invoice, InvoicePayment, Purchase, SetOff
from upstage_console.kernel.calendars import day_start, kst_date, month_of, months_later
from upstage_console.kernel.clock import KST

NOTHING = Decimal(0)


@dataclass
class Month:
    """One month of one currency, without tax: fees by their month, credits by the day they were paid.

    `owed` is what is still owed today (with tax, without late fees) of the invoices of this month.
    """

    month: date
    fees: Decimal = NOTHING
    credited: Decimal = NOTHING
    purchases: Decimal = NOTHING
    owed: Decimal = NOTHING

    @property
    def revenue(self) -> Decimal:
        """Fees and credits sold, less credit notes."""
        return self.fees + self.credited + self.purchases


@dataclass
class Revenue:
    """The months of one currency, the oldest first."""

    currency: str
    months: list[Month] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """The revenue of all these months."""
        return sum((one.revenue for one in self.months), NOTHING)

    @property
    def owed(self) -> Decimal:
        """What is still owed of them."""
        return sum((one.owed for one in self.months), NOTHING)

    def share(self, amount: Decimal) -> str:
        """How long the bar of an amount is, in percent of the longest."""
        longest = max((max(one.revenue, one.owed) for one in self.months), default=NOTHING)
        return f"{max(amount, NOTHING) * 100 / longest:.2f}" if longest > 0 else "0"

    @property
    def bars(self) -> list[tuple[Month, str, str]]:
        """Each month since the first with anything, the newest first, with its two bars: revenue, and what is owed."""
        lived = list(dropwhile(lambda one: one == Month(one.month), self.months))
        return [(one, self.share(one.revenue), self.share(one.owed)) for one in reversed(lived)]


def by_month(number: int, at: datetime) -> list[Revenue]:
    """The last `number` months with the current one, by currency; seven statements, whatever there is."""
    last = month_of(kst_date(at))
    first = months_later(last, 1 - number)
    fees = Invoice.objects.filter(kind__in=FEES, month__gte=first)
    bought = Purchase.objects.filter(status=PurchaseStatus.PAID, paid_at__gte=day_start(first))
    noted = CreditNote.objects.filter(invoice__in=fees)
    parts = {
        "fees": _summed(fees, "month", "currency", "subtotal"),
        "credited": _summed(noted, "invoice__month", "currency", "subtotal"),
        "purchases": _summed(_by_day(bought), "bought_in", "currency", "amount"),
        "owed": _owed(fees, noted),
    }
    months = [months_later(first, place) for place in range(number)]
    currencies = sorted({currency for rows in parts.values() for _, currency in rows})
    return [Revenue(one, [_month(month, one, parts) for month in months]) for one in currencies]


def _month(month: date, currency: str, parts: dict[str, dict[tuple[date, str], Decimal]]) -> Month:
    return Month(month, **{name: rows.get((month, currency), NOTHING) for name, rows in parts.items()})


def _by_day(bought: QuerySet[Purchase]) -> QuerySet[Any]:
    return bought.annotate(bought_in=TruncMonth("paid_at", tzinfo=KST))


def _summed(rows: QuerySet[Any], month: str, currency: str, amount: str) -> dict[tuple[date, str], Decimal]:
    found: Iterable[Any] = rows.order_by().values_list(month, currency).annotate(sum=Sum(amount))
    return {(_day(on), money): total for on, money, total in found}


def _day(on: date | datetime) -> date:
    return kst_date(on) if isinstance(on, datetime) else on


def _owed(fees: QuerySet[Invoice], noted: QuerySet[CreditNote]) -> dict[tuple[date, str], Decimal]:
    """Totals less what was paid, set off and credited of the principal."""
    owed = _summed(fees, "month", "currency", "total")
    paid = InvoicePayment.objects.filter(invoice__in=fees).annotate(of=F("invoice__month"))
    for key, sum_ in _summed(paid, "of", "invoice__currency", "principal").items():
        owed[key] -= sum_
    taken = SetOff.objects.filter(invoice__in=fees)
    for key, sum_ in _summed(taken, "invoice__month", "invoice__currency", "principal").items():
        owed[key] -= sum_
    for key, sum_ in _summed(noted, "invoice__month", "currency", "off_principal").items():
        owed[key] -= sum_
    return owed
