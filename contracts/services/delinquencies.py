"""Delinquencies: found by the clock in a fixed number of statements, annulled by staff, never acted on alone (7.3)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import FirmCreditGround
from billing.models import FirmInvoice
from contracts.models import Contract, Delinquency
from contracts.rules.endings import DELINQUENCIES_TO_TERMINATE
from contracts.services import drafting, letters, suspending
from contracts.services.deadlines import last_instant
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.due import NewItem
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.money import Money

CLAUSE: Final = "rift/7.3"
TASK: Final = "may_terminate"

# An invoice counts once: unpaid at the end of its due day, and not disputed by then. What was billed by mistake was
# never owed, and what was given back later was.
FIND = """
INSERT INTO contracts_delinquency (customer_id, contract_id, invoice_id, due_on, unpaid, found_at, annul_reason)
SELECT link.customer_id, link.contract_id, invoice.id, invoice.due_on,
    invoice.total + credited.total - paid.principal, %(at)s, ''
FROM billing_firminvoice AS invoice
JOIN contracts_contractinvoice AS link ON link.invoice_id = invoice.id
LEFT JOIN contracts_invoicedispute AS dispute ON dispute.invoice_id = invoice.id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(payment.principal), 0) AS principal FROM billing_firmpayment AS payment
    WHERE payment.invoice_id = invoice.id AND payment.paid_on <= invoice.due_on
) AS paid
CROSS JOIN LATERAL (
    SELECT coalesce(sum(note.total), 0) AS total FROM billing_firmcreditnote AS note
    WHERE note.invoice_id = invoice.id AND (note.ground = 'mistake' OR note.issued_on <= invoice.due_on)
) AS credited
WHERE invoice.due_on < %(today)s AND (%(contract)s::bigint IS NULL AND invoice.status = 'issued'
        OR link.contract_id = %(contract)s)
    AND invoice.total + credited.total > paid.principal
    AND (dispute.id IS NULL OR (dispute.disputed_at AT TIME ZONE 'Asia/Seoul')::date > invoice.due_on)
    AND NOT EXISTS (SELECT FROM contracts_delinquency AS there WHERE there.invoice_id = invoice.id)
ORDER BY invoice.id
ON CONFLICT (invoice_id) DO NOTHING
RETURNING id
"""


@enforces(CLAUSE)
@transaction.atomic
def find(*, at: datetime, contract: Contract | None = None) -> int:
    """Write down the invoices that were unpaid at the end of their due day; returns how many. A repeat finds none.

    Of one contract, where it is given, those that are paid by now too. From the second on the staff have a task.
    """
    values = {"at": at, "today": kst_date(at), "contract": contract.pk if contract else None}
    with connection.cursor() as cursor:
        cursor.execute(FIND, values)
        keys = [key for (key,) in cursor.fetchall()]
    found = list(
        Delinquency.objects.filter(pk__in=keys).select_related("contract__customer__firm", "invoice").order_by("pk")
    )
    deeds = [{"action": "contract.delinquent", "subject": one.contract, "about": one.contract.customer,
              "clauses": [CLAUSE], "facts": {"invoice": one.invoice.number, "unpaid": one.unpaid}}
             for one in found]  # fmt: skip
    audit.record_all(deeds, by=None, at=at)
    letters.tell([_letter(one) for one in found], at=at)
    _open_tasks(found, at)
    return len(found)


def _letter(one: Delinquency) -> letters.Letter:
    text = notices.compose(
        _("Invoice %(number)s was not paid in time"),
        _("%(unpaid)s were unpaid at the end of %(due)s. Interest runs by days (7.3)."),
        number=one.invoice.number, unpaid=Money(one.unpaid, one.invoice.currency), due=one.due_on,
    )  # fmt: skip
    return letters.Letter(
        one.customer_id, one.contract_id, "unpaid", text, f"delinquent:{one.invoice.public_id}", [CLAUSE]
    )


def _open_tasks(found: list[Delinquency], at: datetime) -> None:
    counts = count_all([one.contract_id for one in found])
    open_now = set(
        DueItem.objects.filter(
            kind=TASK, subject__in={one.contract.public_id for one in found}, closed_at__isnull=True
        ).values_list("subject", flat=True)
    )
    last = last_instant("contract_termination_days", on=kst_date(at), at=at)
    newest = {one.contract_id: one for one in found}
    items = [
        NewItem(
            kind=TASK, key=f"{one.contract.public_id}:{one.pk}", subject=one.contract, about=one.contract.customer,
            clause=CLAUSE, due_at=last, warn_at=last - timedelta(days=3),
            title_ko=f"해지 여부 검토(연체 {counts[key]}회): {one.contract.title}",
            title_en=f"May be terminated ({counts[key]} delinquencies): {one.contract.title}",
        )
        for key, one in newest.items()
        if counts[key] >= DELINQUENCIES_TO_TERMINATE and one.contract.public_id not in open_now
    ]  # fmt: skip
    due.open_all(items, at=at)


def count_all(contract_ids: list[int]) -> dict[int, int]:
    """How many delinquencies of each contract count."""
    rows = Delinquency.objects.filter(contract__in=contract_ids, annulled_at__isnull=True).values_list("contract_id")
    counts: dict[int, int] = dict.fromkeys(contract_ids, 0)
    for (key,) in rows:
        counts[key] += 1
    return counts


def count(contract: Contract) -> int:
    """How many delinquencies of a contract count."""
    return count_all([contract.pk])[contract.pk]


@enforces(CLAUSE)
@transaction.atomic
def annul(contract_id: str, invoice_id: str, *, reason: str, by: Any, at: datetime) -> Delinquency:
    """Annul a delinquency, such as where the bank shows that the payment was in time; the customer is told.

    Fewer than two left close the task. Refuses `not_found` where the invoice has none, `already_done`.
    """
    contract = drafting.locked(contract_id)
    row = _delinquency(contract, invoice_id)
    if row.annulled_at is not None:
        raise AlreadyDone(clauses=[CLAUSE])
    row.annulled_at, row.annulled_by, row.annul_reason = at, audit.actor(by), reason[:500]
    row.save(update_fields=["annulled_at", "annulled_by", "annul_reason"])
    audit.record("contract.delinquency_annulled", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=[CLAUSE], facts={"invoice": row.invoice.number})  # fmt: skip
    if count(contract) < DELINQUENCIES_TO_TERMINATE:
        close_tasks(contract, by=by, at=at, outcome="annulled")
    suspending.look_again(contract, by=by, at=at)
    text = notices.compose(
        _("Invoice %(number)s does not count as late"),
        _("The reason: %(reason)s"),
        number=row.invoice.number,
        reason=reason,
    )
    key = f"annulled:{row.invoice.public_id}"
    letters.tell([letters.Letter(contract.customer_id, contract.pk, "unpaid", text, key, [CLAUSE])], at=at)
    return row


@enforces(CLAUSE)
def look_again(contract: Contract, invoice: FirmInvoice, *, because: str, by: Any, at: datetime) -> None:
    """Annul the delinquency of an invoice of which nothing was owed at the end of its due day after all."""
    counts = Delinquency.objects.filter(invoice=invoice, annulled_at__isnull=True).exists()
    if counts and _was_unpaid(invoice) <= 0:
        annul(contract.public_id, invoice.public_id, reason=because[:500], by=by, at=at)


def _was_unpaid(invoice: FirmInvoice) -> Decimal:
    """What was unpaid at the end of the due day, as `FIND` counts it."""
    notes = invoice.credit_notes.filter(Q(ground=FirmCreditGround.MISTAKE) | Q(issued_on__lte=invoice.due_on))
    paid = invoice.payments.filter(paid_on__lte=invoice.due_on)
    credited = notes.aggregate(sum=Sum("total", default=Decimal(0)))["sum"]
    left: Decimal = invoice.total + credited - paid.aggregate(sum=Sum("principal", default=Decimal(0)))["sum"]
    return left


def _delinquency(contract: Contract, invoice_id: str) -> Delinquency:
    invoice = FirmInvoice.objects.filter(under_contract__contract=contract).get_public(invoice_id)
    row = Delinquency.objects.select_related("invoice").filter(invoice=invoice).locked().first()
    if row is None:
        raise NotFound
    return row


def close_tasks(contract: Contract, *, by: Any, at: datetime, outcome: str) -> None:
    """Close what asked whether a contract is terminated."""
    open_items = DueItem.objects.filter(kind=TASK, subject=contract.public_id, closed_at__isnull=True)
    for key in open_items.values_list("key", flat=True):
        due.close_item(TASK, key, by=by, at=at, outcome=outcome)
