"""How old what members owe is, by days past the due day: sums by the database, late fees by the rule (upstage/18.2)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from django.db.models import Case, Count, DecimalField, F, Min, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.enums import InvoiceStatus
from billing.models import CreditNote, Invoice, InvoicePayment, SetOff
from billing.queries.debts import debt_from

BUCKETS: Final = ("not_due", "days_30", "days_60", "days_90", "older")
"""Not due yet; up to 30, 60, 90 days late; more."""
LAST_DAYS: Final = (0, 30, 60, 90)
MEMBERS_AT_A_TIME: Final = 500
ZERO: Final = Value(Decimal(0), DecimalField(max_digits=24, decimal_places=2))


@dataclass(frozen=True)
class Bucket:
    """What is owed of one age in one currency, without late fees."""

    currency: str
    name: str
    invoices: int
    members: int
    principal: Decimal


@dataclass
class Aged:
    """What one member owes in one currency, by age, with late fees."""

    member_id: int
    name: str
    currency: str
    invoices: int = 0
    oldest: date = date.max
    buckets: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKETS, Decimal(0)))
    late_fee: Decimal = Decimal(0)

    @property
    def principal(self) -> Decimal:
        """What was billed and not paid."""
        return sum(self.buckets.values(), Decimal(0))

    @property
    def total(self) -> Decimal:
        """With late fees."""
        return self.principal + self.late_fee


def bucket_of(due_on: date, today: date) -> str:
    """The age of a debt on a KST day."""
    late = (today - due_on).days
    return next((name for name, last in zip(BUCKETS, LAST_DAYS, strict=False) if late <= last), BUCKETS[-1])


def open_invoices() -> QuerySet[Invoice]:
    """Everything that is owed, not only fees."""
    rows: QuerySet[Invoice] = Invoice.objects.filter(status=InvoiceStatus.ISSUED, total__gt=0)
    return rows


def totals(today: date) -> list[Bucket]:
    """What is owed by currency and age, in one statement, whatever the number of invoices."""
    ages = [When(due_on__gte=today - timedelta(days=last), then=Value(BUCKETS[place]))
            for place, last in enumerate(LAST_DAYS)]  # fmt: skip
    left = F("total") - _sum_of(InvoicePayment, "principal") - _sum_of(SetOff, "principal")
    left -= _sum_of(CreditNote, "off_principal")
    rows = open_invoices().annotate(age=Case(*ages, default=Value(BUCKETS[-1])), left=left).order_by()
    found = rows.values("currency", "age").annotate(
        invoices=Count("pk"), members=Count("member", distinct=True), principal=Sum("left")
    )
    order = {name: place for place, name in enumerate(BUCKETS)}
    made = [Bucket(one["currency"], one["age"], one["invoices"], one["members"], one["principal"]) for one in found]
    return sorted(made, key=lambda one: (one.currency, order[one.name]))


def _sum_of(model: type[InvoicePayment] | type[CreditNote] | type[SetOff], column: str) -> Coalesce:
    rows = model.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(sum=Sum(column))
    return Coalesce(Subquery(rows.values("sum")), ZERO)


def debtors() -> Any:
    """Who owes something, as rows of member, currency and the oldest due day; whoever owes for longest first."""
    rows: Any = open_invoices().order_by().values_list("member_id", "currency")
    return rows.annotate(oldest=Min("due_on")).order_by("oldest", "member_id", "currency")


def aged(rows: Iterable[Sequence[Any]], today: date) -> list[Aged]:
    """The debts of these rows of `debtors` by age, in their order; a fixed number of statements."""
    wanted = [(row[0], row[1]) for row in rows]
    theirs = open_invoices().filter(member__in={member for member, _ in wanted})
    parts = (
        theirs.order_by("member_id", "currency", "due_on")
        .select_related("member")
        .prefetch_related("payments", "waivers", "set_offs", "credit_notes")
    )
    grouped = groupby(parts, key=lambda one: (one.member_id, one.currency))
    found = {key: _aged(list(invoices), today) for key, invoices in grouped}
    return [found[pair] for pair in wanted if pair in found]


def every(today: date) -> Iterator[Aged]:
    """All of them, some hundred members at a time."""
    keys = list(debtors())
    for start in range(0, len(keys), MEMBERS_AT_A_TIME):
        yield from aged(keys[start : start + MEMBERS_AT_A_TIME], today)


def _aged(invoices: list[Invoice], today: date) -> Aged:
    first = invoices[0]
    found = Aged(first.member_id, first.member.name, first.currency, len(invoices), min(one.due_on for one in invoices))
    for invoice in invoices:
        debt = debt_from(invoice, invoice.payments.all(), invoice.waivers.all(), today)
        found.buckets[bucket_of(invoice.due_on, today)] += debt.principal
        found.late_fee += debt.late_fee
    return found
