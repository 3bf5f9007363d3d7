"""What is unpaid is invoiced again each month, with its late fee as a line of its own (upstage/18.2).

The invoice stays the one debt: what is stated again is claimed once. Where a run was missed, the last completed month
is stated, and its sum holds what came before.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus
from accounts.models import Member
from accounts.services import notices
from accounts.services.notices import Letter
from billing.enums import FEES, InvoiceStatus
from billing.models import Invoice, Reinvoice
from billing.queries.debts import debt_from
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import completed_months, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.money import Money

CLAUSES = ("upstage/18.2",)
SHORTEST_MONTH = timedelta(days=28)
INVOICES_AT_A_TIME = 1000


@enforces("upstage/18.2")
def state_again(*, at: datetime) -> int:
    """State every invoice again whose next month since the due day is complete; returns how many.

    Members are locked and their invoices looked at again, so that what was paid meanwhile is not stated.
    """
    waiting = _waiting(kst_date(at)).values_list("pk", "member_id")
    found, stated = waiting.iterator(chunk_size=INVOICES_AT_A_TIME), 0
    while batch := list(islice(found, INVOICES_AT_A_TIME)):
        stated += _state(batch, at)
    return stated


def _waiting(today: date) -> QuerySet[Invoice]:
    """Fees unpaid for a month or more; an invoice that was stated again in the last four weeks has to wait."""
    late = Invoice.objects.filter(status=InvoiceStatus.ISSUED, kind__in=FEES, due_on__lt=today - SHORTEST_MONTH)
    late = late.filter(member__status=MemberStatus.ACTIVE).annotate(last=Max("reinvoiced__ends_on"))
    late = late.filter(Q(last__isnull=True) | Q(last__lt=today - SHORTEST_MONTH))
    return late.order_by("pk")


@transaction.atomic
def _state(found: list[tuple[int, int]], at: datetime) -> int:
    list(Member.objects.filter(pk__in={member for _, member in found}).locked())
    waiting = _waiting(kst_date(at)).filter(pk__in=[invoice for invoice, _ in found]).select_related("member")
    invoices = waiting.prefetch_related("payments", "waivers", "set_offs", "credit_notes")
    rows = [row for row in (_row(invoice, at) for invoice in invoices) if row is not None]
    Reinvoice.objects.bulk_create(rows)
    audit.record_all(map(_deed, rows), by=None, at=at)
    notices.notify_all(list(_letters(rows)), at=at)
    return len(rows)


def _row(invoice: Invoice, at: datetime) -> Reinvoice | None:
    today = kst_date(at)
    months = completed_months(invoice.due_on, today)
    debt = debt_from(invoice, invoice.payments.all(), invoice.waivers.all(), today)
    if not months or debt.total <= 0 or months[-1] == getattr(invoice, "last", None):
        return None
    fees = {month.ends_on: month.fee for month in debt.months}
    return Reinvoice(
        invoice=invoice, member_id=invoice.member_id, number=f"{invoice.number}-{len(months)}", ends_on=months[-1],
        principal=debt.principal, fee=fees.get(months[-1], 0), late_fee=debt.late_fee, total=debt.total,
        currency=invoice.currency, at=at,
    )  # fmt: skip


def _deed(row: Reinvoice) -> dict[str, Any]:
    facts = {"number": row.number, "late_fee": row.late_fee, "total": row.total}
    return {"action": "invoice.stated_again", "subject": row.invoice, "about": row.invoice.member, "clauses": CLAUSES,
            "facts": facts}  # fmt: skip


def _letters(rows: list[Reinvoice]) -> Iterator[Letter]:
    for row in rows:
        text = notices.compose(
            _("Invoice %(number)s is still unpaid"),
            _(
                "At the end of %(ends_on)s %(principal)s of invoice %(number)s were unpaid, so a late fee of %(fee)s "
                "is added. With %(late_fee)s of late fees so far, %(total)s are due."
            ),
            number=row.invoice.number, ends_on=row.ends_on, principal=Money(row.principal, row.currency),
            fee=Money(row.fee, row.currency), late_fee=Money(row.late_fee, row.currency),
            total=Money(row.total, row.currency),
        )  # fmt: skip
        yield Letter(row.member_id, "reinvoiced", text, f"reinvoice:{row.number}", clauses=CLAUSES)
