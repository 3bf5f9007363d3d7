"""What billing adds to a member's case file."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin.case import TOLD_ELSEWHERE, member
from accounts.models import Member
from billing.models import Invoice, UsageDay
from billing.queries.debts import owed_total
from billing.queries.purchases import card_of_member
from billing.queries.spending import month_total
from upstage_console.kernel.admin import Happening, Panel
from upstage_console.kernel.calendars import billing_month, day_start, kst_date

INVOICES_SHOWN = 6
TOLD_ELSEWHERE.add("invoice.issued")


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
def usage(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """What was used, day by day; what credits paid of it is told by the ledger."""
    days = UsageDay.objects.filter(member=row, day__lt=kst_date(before)).order_by().values("day", "currency")
    url = f"{reverse('admin:billing_usageday_changelist')}?member__id__exact={row.pk}"
    for day in days.annotate(events=Sum("events"), amount=Sum("amount")).order_by("-day")[:length]:
        events = ngettext("%(events)s request", "%(events)s requests", day["events"]) % {"events": f"{day['events']:,}"}
        yield Happening(
            at=day_start(day["day"]), what=_("Services used"), kind="usage", detail=events, amount=-day["amount"],
            currency=day["currency"], whole_day=True, url=f"{url}&day={day['day'].isoformat()}",
        )  # fmt: skip
