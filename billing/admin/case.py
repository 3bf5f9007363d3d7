"""What billing adds to a member's case file."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin.case import TOLD_ELSEWHERE, member
from accounts.models import Member
from billing.enums import PurchaseStatus
from billing.models import CreditNote, Invoice, Purchase, UsageDay
from billing.queries.debts import owed_total
from billing.queries.purchases import card_of_member
from billing.queries.spending import month_total
from upstage_console.kernel.admin import Happening, Panel
from upstage_console.kernel.calendars import billing_month, day_start, kst_date

INVOICES_SHOWN = 6
# Invoices and purchases tell these with their amounts; a paid purchase is told by the credits it brought.
TOLD_ELSEWHERE.update({"credit_note.issued", "invoice.issued", "purchase.created", "payment.created"})


@member.panel(30)
def billing(row: Member, at: datetime) -> Panel:
    """What was used this month, what is owed, the card, and the last invoices."""
    newest = Invoice.objects.filter(member=row).order_by("-id")[:INVOICES_SHOWN]
    shown = {
        "used": month_total(row.pk, billing_month(at)), "owed": owed_total(row.pk, at), "currency": row.currency,
        "card": card_of_member(row.pk), "today": kst_date(at),
        "invoices": [{"invoice": one, "url": reverse("admin:billing_invoice_change", args=[one.pk])} for one in newest],
    }  # fmt: skip
    url = f"{reverse('admin:billing_invoice_changelist')}?member__id__exact={row.pk}"
    return Panel(_("Billing"), "admin/case/billing.html", shown, url)


@member.source
def invoices(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """Invoices as they were issued, and as they were paid."""
    for invoice in Invoice.objects.filter(member=row, issued_at__lt=before).order_by("-issued_at")[:length]:
        url, number = reverse("admin:billing_invoice_change", args=[invoice.pk]), invoice.number
        yield Happening(
            at=invoice.issued_at, what=_("Invoice %(number)s issued") % {"number": number}, kind="money", url=url,
            amount=-invoice.total, currency=invoice.currency, clauses=["upstage/18.1"],
        )  # fmt: skip
    for invoice in Invoice.objects.filter(member=row, paid_at__lt=before).order_by("-paid_at")[:length]:
        url, number = reverse("admin:billing_invoice_change", args=[invoice.pk]), invoice.number
        assert invoice.paid_at is not None  # noqa: S101 – the filter says so
        yield Happening(
            at=invoice.paid_at, what=_("Invoice %(number)s paid") % {"number": number}, kind="money", url=url,
            amount=invoice.total, currency=invoice.currency,
        )  # fmt: skip


@member.source
def credit_notes(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """Credit notes, each with its reason."""
    for note in CreditNote.objects.filter(member=row, issued_at__lt=before).order_by("-issued_at")[:length]:
        yield Happening(
            at=note.issued_at, what=_("Credit note %(number)s issued") % {"number": note.number}, kind="money",
            url=reverse("admin:billing_creditnote_change", args=[note.pk]), detail=note.reason, amount=-note.total,
            currency=note.currency, clauses=note.clauses,
        )  # fmt: skip


@member.source
def purchases(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """Purchases that have brought no credits."""
    unpaid = Purchase.objects.filter(member=row, created_at__lt=before).exclude(status=PurchaseStatus.PAID)
    for purchase in unpaid.order_by("-created_at")[:length]:
        yield Happening(
            at=purchase.created_at, what=_("Purchase: %(status)s") % {"status": purchase.get_status_display()},
            kind="money", amount=purchase.total, currency=purchase.currency, clauses=["upstage/17.1"],
            url=reverse("admin:billing_purchase_change", args=[purchase.pk]),
        )  # fmt: skip


@member.source
def usage(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """What was used, as the sum of each billing month, told on its last day of use so far."""
    months = UsageDay.objects.filter(member=row).order_by().values("billing_month", "currency")
    summed = months.annotate(last=Max("day"), events=Sum("events"), amount=Sum("amount"), burned=Sum("burned"))
    url = f"{reverse('admin:billing_usageday_changelist')}?member__id__exact={row.pk}"
    for month in summed.filter(last__lt=kst_date(before)).order_by("-last")[:length]:
        name = month["billing_month"].strftime("%Y-%m")
        yield Happening(
            at=day_start(month["last"]), what=_("Services used in %(month)s") % {"month": name}, kind="usage",
            detail=_requests(month["events"]), amount=-month["amount"], currency=month["currency"], whole_day=True,
            url=f"{url}&billing_month={month['billing_month'].isoformat()}", clauses=["upstage/18.1"],
        )  # fmt: skip


def _requests(number: int) -> str:
    return ngettext("%(events)s request", "%(events)s requests", number) % {"events": f"{number:,}"}
