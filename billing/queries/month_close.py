"""How a month's close stands: what would be invoiced, what is, and what somebody should look at (upstage/2.7, 18.1).

What would be invoiced is reckoned by the statement that invoices (bills.py), so both agree to the last unit. All of it
is a fixed number of statements, however many members there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from accounts.enums import MemberStatus
from billing.enums import InvoiceKind, InvoiceStatus
from billing.models import CreditNote, Invoice, InvoicePayment, SetOff, UsageDay, UsageTally
from billing.queries import bills
from upstage_console.kernel.calendars import months_later

EVERYBODY: Final = (0, 2**62)
SAMPLES: Final = 20
TIMES_THE_MONTH_BEFORE: Final = 5
NOTHING: Final = Decimal(0)

# Both follow what the month comes to for each member (bills.BILLS).
WOULD = """
SELECT currency, count(*), count(*) FILTER (WHERE charged + tax = 0), sum(amount), sum(credits), sum(rounding),
    sum(charged), sum(tax)
FROM bill GROUP BY currency ORDER BY currency
"""

# Each bill with what speaks against it; a bill may have several reasons.
ODD = """
, told AS (
    SELECT bill.member_id, bill.currency, bill.charged + bill.tax AS total,
        bill.charged < 0 AS negative,
        bill.charged + bill.tax > 0 AND NOT EXISTS (
            SELECT FROM billing_paymentmethod AS card
            WHERE card.member_id = bill.member_id AND card.replaced_at IS NULL
        ) AS no_card,
        member.status <> %(active)s AS gone,
        bill.amount > %(times)s * before.usage AS unusual
    FROM bill JOIN accounts_member AS member ON member.id = bill.member_id
    LEFT JOIN billing_invoice AS before ON before.member_id = bill.member_id AND before.currency = bill.currency
        AND before.month = %(before)s AND before.kind = %(kind)s AND before.usage > 0
), odd AS (
    SELECT member_id, currency, total, unnest(array_remove(ARRAY[
        CASE WHEN negative THEN 'negative' END, CASE WHEN no_card THEN 'no_card' END,
        CASE WHEN gone THEN 'gone' END, CASE WHEN unusual THEN 'unusual' END
    ], NULL)) AS why
    FROM told
), ranked AS (
    SELECT odd.*, count(*) OVER (PARTITION BY why) AS members, sum(total) OVER (PARTITION BY why, currency) AS sum,
        row_number() OVER (PARTITION BY why ORDER BY total DESC, member_id) AS place
    FROM odd
)
SELECT why, members, member_id, member.name, ranked.currency, total
FROM ranked JOIN accounts_member AS member ON member.id = member_id
WHERE place <= %(samples)s ORDER BY why, place
"""


@dataclass(frozen=True)
class Sums:
    """Invoices of one currency, counted and summed; `free` are those that credits paid in full."""

    currency: str
    invoices: int
    free: int
    usage: Decimal
    credits: Decimal
    rounding: Decimal
    subtotal: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.subtotal + self.tax


@dataclass(frozen=True)
class Odd:
    """One member's bill that somebody should look at."""

    member_id: int
    name: str
    currency: str
    total: Decimal


@dataclass(frozen=True)
class Exceptional:
    """A reason to look, how many bills have it, and the largest of them."""

    why: str
    members: int
    largest: tuple[Odd, ...]


@dataclass(frozen=True)
class Received:
    """What came of the invoices of a month in one currency."""

    currency: str
    total: Decimal
    paid: Decimal
    credited: Decimal

    @property
    def open(self) -> Decimal:
        """What is still owed of them, without late fees."""
        return self.total - self.paid - self.credited


def would_be_invoiced(month: date) -> list[Sums]:
    """The dry run: what a close of this month would still invoice now, by currency; nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(bills.BILLS + WOULD, bills.values(month, EVERYBODY))
        return [Sums(*row) for row in cursor.fetchall()]


def invoices_of_month(month: date) -> QuerySet[Invoice]:
    """The monthly invoices of a month: the list behind its sums."""
    rows: QuerySet[Invoice] = Invoice.objects.filter(month=month, kind=InvoiceKind.MONTHLY)
    return rows


def invoiced(month: date) -> list[Sums]:
    """What is invoiced of this month, by currency."""
    rows = invoices_of_month(month).order_by().values_list("currency")
    summed = rows.annotate(
        invoices=Count("pk"), free=Count("pk", filter=Q(total=0)), amount=Sum("usage"), credits=Sum("credits_applied"),
        cut=Sum("rounding"), net=Sum("subtotal"), taxes=Sum("tax"),
    )  # fmt: skip
    return [Sums(*row) for row in summed.order_by("currency")]


def received(month: date) -> list[Received]:
    """What was paid (or set off) and credited of the month's invoices, by currency."""
    of_month = invoices_of_month(month)
    totals = of_month.order_by().values_list("currency").annotate(Sum("total")).order_by("currency")
    paid = _by_currency(InvoicePayment.objects.filter(invoice__in=of_month), "invoice__currency", "principal")
    taken = _by_currency(SetOff.objects.filter(invoice__in=of_month), "invoice__currency", "principal")
    credited = _by_currency(CreditNote.objects.filter(invoice__in=of_month), "currency", "off_principal")
    return [
        Received(
            currency, total, paid.get(currency, NOTHING) + taken.get(currency, NOTHING), credited.get(currency, NOTHING)
        )
        for currency, total in totals
    ]


def _by_currency(rows: QuerySet[Any], currency: str, amount: str) -> Mapping[str, Decimal]:
    return dict(rows.order_by().values_list(currency).annotate(Sum(amount)))


def exceptions(month: date) -> list[Exceptional]:
    """Bills that somebody should look at before the month is invoiced, each reason with its largest."""
    values = bills.values(month, EVERYBODY) | {
        "active": MemberStatus.ACTIVE, "times": TIMES_THE_MONTH_BEFORE, "before": months_later(month, -1),
        "samples": SAMPLES,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(bills.BILLS + ODD, values)
        rows = cursor.fetchall()
    found: dict[str, list[Odd]] = {}
    members: dict[str, int] = {}
    for why, number, *odd in rows:
        found.setdefault(why, []).append(Odd(*odd))
        members[why] = number
    return [Exceptional(why, members[why], tuple(largest)) for why, largest in found.items()]


def late_usage(month: date) -> int:
    """Days of use of earlier months that this month's invoices show as adjustments."""
    return UsageDay.objects.filter(billing_month=month, day__lt=month).count()


def not_settled() -> int:
    """Requests that came in and are not charged yet; a close settles them first."""
    counted: int = UsageTally.objects.aggregate(sum=Sum("events", default=0))["sum"]
    return counted


def open_invoices(month: date) -> int:
    """How many invoices of the month are still owed."""
    return invoices_of_month(month).filter(status=InvoiceStatus.ISSUED).count()
