"""The first page's numbers about billing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.enums import InvoiceStatus, PaymentStatus
from billing.models import CreditNote, Invoice, InvoicePayment, Payment, SetOff, UsageDay
from upstage_console.kernel.admin import Figure, figures, tonight
from upstage_console.kernel.calendars import billing_month, kst_date


@figures(30, "billing.view_usageday")
def used_this_month(at: datetime) -> Iterable[Figure]:
    """What was used since the first of the month, by currency."""
    month = billing_month(at)
    rows = UsageDay.objects.filter(billing_month=month).order_by().values_list("currency").annotate(Sum("amount"))
    url = f"{reverse('admin:billing_usageday_changelist')}?billing_month={month.isoformat()}"
    for currency, amount in rows.order_by("currency"):
        yield Figure(_("Used this month"), amount, f"{url}&currency={currency}", currency)


@figures(40, "billing.view_invoice")
def receivables(at: datetime) -> Iterable[Figure]:
    """What is owed on issued invoices, less what was paid and credited of them, by currency."""
    open_invoices = Invoice.objects.filter(status=InvoiceStatus.ISSUED)
    rows = open_invoices.order_by().values_list("currency").annotate(Sum("total"), Count("pk")).order_by("currency")
    settled = InvoicePayment.objects.filter(invoice__in=open_invoices).order_by().values_list("invoice__currency")
    paid = dict(settled.annotate(Sum("principal")))
    set_off = SetOff.objects.filter(invoice__in=open_invoices).order_by().values_list("invoice__currency")
    taken = dict(set_off.annotate(Sum("principal")))
    credited = CreditNote.objects.filter(invoice__in=open_invoices).order_by().values_list("currency")
    less = dict(credited.annotate(Sum("off_principal")))
    url = f"{reverse('admin:billing_invoice_changelist')}?status__exact={InvoiceStatus.ISSUED}"
    for currency, total, number in rows:
        note = ngettext("%(number)s invoice", "%(number)s invoices", number) % {"number": f"{number:,}"}
        left = total - paid.get(currency, 0) - taken.get(currency, 0) - less.get(currency, 0)
        yield Figure(_("Receivables"), left, f"{url}&currency={currency}", currency, note)


@figures(45, "billing.view_payment")
def open_money(at: datetime) -> Iterable[Figure]:
    """Payments whose outcome no gateway has told yet, by currency."""
    waiting = Payment.objects.filter(status__in=(PaymentStatus.CREATED, PaymentStatus.PENDING))
    rows = waiting.order_by().values_list("currency").annotate(Sum("amount"), Count("pk")).order_by("currency")
    url = f"{reverse('admin:billing_payment_changelist')}?status__exact={PaymentStatus.PENDING}"
    for currency, total, number in rows:
        note = ngettext("%(number)s payment", "%(number)s payments", number) % {"number": f"{number:,}"}
        yield Figure(_("Outcome unknown"), total, f"{url}&currency={currency}", currency, note)


@tonight(30, "billing.view_invoice")
def month_to_close(at: datetime) -> Iterable[Figure]:
    """On the last day of a month: whose usage becomes an invoice."""
    today = kst_date(at)
    if (today + timedelta(days=1)).day != 1:
        return
    month = billing_month(at)
    number = UsageDay.objects.filter(billing_month=month).aggregate(number=Count("member", distinct=True))["number"]
    url = f"{reverse('admin:billing_usageday_changelist')}?billing_month={month.isoformat()}"
    yield Figure(_("Members whose month closes"), number, url)


@tonight(40, "billing.view_invoice")
def due_today(at: datetime) -> Iterable[Figure]:
    """Invoices whose last day is today."""
    today = kst_date(at)
    number = Invoice.objects.filter(status=InvoiceStatus.ISSUED, due_on=today).count()
    url = (
        f"{reverse('admin:billing_invoice_changelist')}?status__exact={InvoiceStatus.ISSUED}&due_on={today.isoformat()}"
    )
    yield Figure(_("Invoices whose last day ends"), number, url)
