"""Closing a month: one invoice a member for what the month's usage left owed, credits first (upstage/2.7, 18.1, 18.4).

Once closing has begun, what still comes in goes on the next month; what was taken before is settled first. So the sums
below stand still. Members are
invoiced in batches, each in a transaction of its own with its numbers: killed anywhere and begun again, a close ends
with the same invoices, none twice and no number left out. The daily sums are kept as usage comes in, so a close costs
what its invoices cost.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from billing.enums import InvoiceKind, InvoiceStatus, LineKind
from billing.errors import MonthNotOver
from billing.models import BillingMonth, InvoiceSeries
from billing.queries import bills
from billing.rules import invoicing
from billing.services import settlement
from billing.services.invoices import next_number
from upstage_console.kernel import audit, policy
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.models import Holiday

BATCH = 20_000
"""Members: a batch reads the days of its own among everybody's, which lie anywhere, so few large ones read least."""
WHATEVER_STATISTICS_SAY = "SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off"
"""Enough memory for the sums of a batch. And no row by row look at invoices of a month that had none a minute ago: what
the planner knows of them is old, and a batch would be compared with itself, each with each."""

policy.reading(
    "invoice_due_days",
    invoicing.DUE_DAYS,
    clause="upstage/18.2",
    why_ko="약관은 납부 기한의 일수를 정하지 않고 청구서에 맡깁니다.",
    why_en="The terms leave the number of days until an invoice is due to the invoice.",
    valid=lambda value: isinstance(value, int) and 1 <= value <= 90,
)

# The first and the last of the next members who wait for an invoice. Member by member through the index (LIMIT,
# OFFSET 0), whatever the planner believes about the tables: their days are many, and one of them tells enough.
CHOOSE = """
SELECT min(id), max(id) FROM (SELECT member.id FROM accounts_member AS member
CROSS JOIN LATERAL (
    SELECT FROM (
        SELECT used.currency FROM billing_usageday AS used
        WHERE used.billing_month = %(month)s AND used.member_id = member.id OFFSET 0
    ) AS used
    WHERE NOT EXISTS (
        SELECT FROM billing_invoice AS made
        WHERE made.member_id = member.id AND made.month = %(month)s AND made.currency = used.currency
            AND made.kind = %(kind)s
    ) LIMIT 1
) AS waiting
WHERE member.id > %(after)s ORDER BY member.id LIMIT %(limit)s) AS chosen
"""

# Follows what the month comes to for each member (bills.BILLS).
ISSUE = """
, invoice AS (
    INSERT INTO billing_invoice (
        public_id, member_id, series_id, sequence, number, kind, month, currency, usage, credits_applied, rounding,
        subtotal, tax_rate, tax, total, issued_at, issued_on, due_on, status, paid_at
    )
    SELECT kernel_new_id(), member_id, %(series)s, %(last)s + place,
        %(code)s || '-' || to_char(%(last)s + place, 'FM9999000000'), %(kind)s, %(month)s, currency, amount, credits,
        rounding, charged, %(rate)s, tax, charged + tax, %(at)s, %(on)s, %(due)s,
        CASE WHEN charged + tax = 0 THEN %(paid)s ELSE %(issued)s END, CASE WHEN charged + tax = 0 THEN %(at)s END
    FROM bill
    RETURNING id, public_id, member_id, currency
), written AS (
    INSERT INTO billing_invoiceline (
        invoice_id, member_id, position, kind, month_of_use, meter_id, price_id, what_ko, what_en, quantity, unit_price,
        per, amount, credits, charged, rounding, steps
    )
    SELECT invoice.id, line.member_id,
        row_number() OVER (
            PARTITION BY invoice.id ORDER BY line.month_of_use DESC, service.position, service.code, meter.code,
                price.effective_on, price.label_en, price.id
        ),
        CASE WHEN line.month_of_use = %(month)s THEN %(usage)s ELSE %(adjustment)s END, line.month_of_use,
        line.meter_id, line.price_id,
        left(concat_ws(' · ', service.name_ko, meter.unit_ko, nullif(price.label_ko, '')), 200),
        left(concat_ws(' · ', service.name_en, meter.unit_en, nullif(price.label_en, '')), 200), line.quantity,
        price.unit_price, price.per, line.amount, line.credits, line.charged, line.owed - line.charged, used.quantities
    FROM line JOIN invoice USING (member_id, currency) JOIN billing_price AS price ON price.id = line.price_id
    JOIN billing_meter AS meter ON meter.id = line.meter_id
    JOIN billing_service AS service ON service.id = meter.service_id
    LEFT JOIN billing_usagesteps AS used ON used.member_id = line.member_id AND used.price_id = line.price_id
        AND used.month = line.month_of_use AND used.billing_month = %(month)s
        AND used.member_id BETWEEN %(first_member)s AND %(last_member)s
), told AS (
    INSERT INTO kernel_outboxmessage (topic, key, payload, created_at, due_at, state, attempts, error)
    SELECT 'invoice', name, jsonb_build_object('invoice', name, 'at', %(told_at)s::text), %(at)s, %(at)s, 'waiting', 0,
        ''
    FROM (SELECT 'inv_' || replace(public_id::text, '-', '') AS name FROM invoice) AS named
)
SELECT count(*) FROM invoice
"""


@dataclass(frozen=True)
class Closed:
    """What one run of closing did for a month."""

    month: date
    invoices: int


@dataclass(frozen=True)
class _Some:
    """How many invoices a batch of members got, and its last member."""

    invoices: int
    last: int


def close_due(*, at: datetime) -> list[Closed]:
    """Close every month before the current one that is still open, the oldest first; what a crash left is finished."""
    waiting = BillingMonth.objects.filter(month__lt=month_of(kst_date(at)), closed_at__isnull=True).order_by("month")
    return [close(row.month, by=None, at=at) for row in waiting]


def close(month: date, *, by: Any, at: datetime) -> Closed:
    """Invoice everything that was used in `month` (its first day) and close it; refuses with `month_not_over`.

    A month that is closed already gets nothing more.
    """
    if months_later(month, 1) > kst_date(at):
        raise MonthNotOver(facts={"month": f"{month:%Y-%m}"})
    if _begin(month, at):
        return Closed(month, 0)
    settlement.settle(at=at, wait=True)
    invoices, after = 0, 0
    while some := _invoice_some(month, after, BATCH, at):
        invoices += some.invoices
        after = some.last
    _finish(month, by, at)
    return Closed(month, invoices)


def _note_month(month: date) -> None:
    BillingMonth.objects.bulk_create([BillingMonth(month=month)], ignore_conflicts=True)


def _locked(month: date) -> BillingMonth:
    """The whole row, so that those are waited for who hold the month open (services/months.py)."""
    row: BillingMonth = BillingMonth.objects.select_for_update(of=("self",)).get(month=month)
    return row


@transaction.atomic
def _begin(month: date, at: datetime) -> bool:
    """Shut the month to what comes in, after what is under way; True where it is closed already.

    Charges and plain batches hold all months open by a lock of the table, which is waited for first (billing_charge,
    billing_take_plain_usage), other batches their own ones by a lock of the row.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE billing_billingmonth IN EXCLUSIVE MODE")
    _note_month(month)
    row = _locked(month)
    if row.closing_at is None:
        row.closing_at = at
        row.save(update_fields=["closing_at"])
    return row.closed_at is not None


@transaction.atomic
def _finish(month: date, by: Any, at: datetime) -> None:
    row = _locked(month)
    if row.closed_at is None:
        row.closed_at = at
        row.save(update_fields=["closed_at"])
        audit.record("month.closed", f"month_{month:%Y-%m}", by=by, at=at, clauses=["upstage/2.7"])


@enforces("upstage/2.7", "upstage/18.1", "upstage/18.4")
@transaction.atomic
def _invoice_some(month: date, after: int, limit: int, at: datetime) -> _Some | None:
    """Issue the invoices of the next members in one statement; None where nobody waits any more.

    The series is locked first, so numbers have no gap, and nobody is chosen whom another run is just invoicing.
    """
    series, first = next_number(f"UC-{month:%Y%m}", count=0)
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE, {"month": month, "after": after, "limit": limit, "kind": InvoiceKind.MONTHLY})
        member, last = cursor.fetchone() or (None, None)
    if member is None or last is None:
        return None
    invoices = _issue(series, first - 1, month, (member, last), at)
    InvoiceSeries.objects.filter(pk=series.pk).update(last=series.last + invoices)
    return _Some(invoices, last)


def _issue(series: InvoiceSeries, last: int, month: date, members: tuple[int, int], at: datetime) -> int:
    """Invoice the members from the one up to the other; how many invoices it were."""
    on, days = kst_date(at), policy.value("invoice_due_days", at=at)
    values: dict[str, Any] = {
        "series": series.pk,
        "code": series.code,
        "last": last,
        **bills.values(month, members),
        "at": at,
        "told_at": at.isoformat(),
        "on": on,
        "due": invoicing.due_on(on, days, Holiday.objects.calendar()),
        "usage": LineKind.USAGE,
        "adjustment": LineKind.ADJUSTMENT,
        "issued": InvoiceStatus.ISSUED,
        "paid": InvoiceStatus.PAID,
    }
    with connection.cursor() as cursor:
        cursor.execute(WHATEVER_STATISTICS_SAY)
        cursor.execute(bills.BILLS + ISSUE, values)
        (invoices,) = cursor.fetchone() or (0,)
    return int(invoices)
