"""How old what firms owe is, as of members; what a firm has not received yet is not due (rift/7.2, 7.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from billing.enums import InvoiceStatus
from billing.models import Firm, FirmInvoice
from billing.queries.ageing import BUCKETS, Bucket, bucket_of
from billing.queries.firm_debts import debt_of


@dataclass
class FirmAged:
    """What one firm owes in one currency, by age, with interest; `oldest` is None where nothing is due yet."""

    firm: Firm
    currency: str
    oldest: date | None
    invoices: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    buckets: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKETS, Decimal(0)))
    interest: Decimal = Decimal(0)

    @property
    def principal(self) -> Decimal:
        """What was billed and not paid."""
        return sum(self.buckets.values(), Decimal(0))

    @property
    def total(self) -> Decimal:
        """With interest."""
        return self.principal + self.interest


def every(today: date) -> list[FirmAged]:
    """Every firm that owes something, whoever owes for longest first; three statements. Firms are few."""
    rows = FirmInvoice.objects.filter(status=InvoiceStatus.ISSUED, total__gt=0).select_related("firm")
    ordered = rows.prefetch_related("payments", "credit_notes").order_by("firm_id", "currency", "pk")
    grouped = groupby(ordered, key=lambda one: (one.firm_id, one.currency))
    found = [_aged(list(invoices), today) for _key, invoices in grouped]
    return sorted(found, key=lambda one: (one.oldest or date.max, one.firm.pk, one.currency))


def _aged(invoices: Sequence[FirmInvoice], today: date) -> FirmAged:
    due = [one.due_on for one in invoices if one.due_on]
    found = FirmAged(invoices[0].firm, invoices[0].currency, min(due, default=None))
    for invoice in invoices:
        name = bucket_of(invoice.due_on or today, today)
        debt = debt_of(invoice, today=today)
        found.invoices[name] += 1
        found.buckets[name] += debt.principal
        found.interest += debt.interest
    return found


def added(sums: Iterable[Bucket], firms: Iterable[FirmAged]) -> list[Bucket]:
    """The sums of members with what firms owe, by currency and age."""
    found = {(one.currency, one.name): one for one in sums}
    for firm in firms:
        for name in BUCKETS:
            if firm.invoices[name]:
                known = found.get((firm.currency, name), Bucket(firm.currency, name, 0, 0, Decimal(0)))
                found[firm.currency, name] = Bucket(
                    firm.currency, name, known.invoices + firm.invoices[name], known.members,
                    known.principal + firm.buckets[name],
                )  # fmt: skip
    return sorted(found.values(), key=lambda one: (one.currency, BUCKETS.index(one.name)))
