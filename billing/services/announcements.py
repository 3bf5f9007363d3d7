"""Telling members of their invoices (upstage/2.7, 18)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import InvoiceKind
from billing.models import Invoice, Payment
from upstage_console.kernel import outbox, wording
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.money import Money

CHARGED = ("upstage/2.7", "upstage/18.1", "upstage/18.4")
CLAIMED = ("upstage/18.6", "upstage/25.2")


@outbox.deliverer("invoice")
def tell_of_invoice(payload: Mapping[str, Any]) -> None:
    """Tell the member that the invoice in `payload` was issued."""
    invoice: Invoice = Invoice.objects.get_public(payload["invoice"])
    announce(invoice, at=datetime.fromisoformat(payload["at"]))


@transaction.atomic
def announce(invoice: Invoice, *, at: datetime) -> None:
    """Tell the member once of an invoice: what it comes to and until when."""
    facts = {
        "number": invoice.number,
        "month": wording.month(invoice.month),
        "total": Money(invoice.total, invoice.currency),
        "credits": Money(invoice.credits_applied, invoice.currency),
        "due_on": invoice.due_on,
        "url": settings.SITE_URL + reverse("invoice", args=[invoice.number]),
    }
    if invoice.total:
        outbox.put("invoice_file", invoice.public_id, {"invoice": invoice.public_id, "at": at.isoformat()}, at=at)
    text = notices.compose(_("Invoice %(number)s"), _body(invoice), **facts)
    notices.notify(
        member_id=invoice.member_id,
        about="invoice",
        text=text,
        key=f"invoice:{invoice.public_id}",
        at=at,
        clauses=CLAIMED if invoice.kind == InvoiceKind.CLAIM else CHARGED,
    )


@enforces("upstage/19")
def announce_failure(payment: Payment, *, at: datetime) -> None:
    """Tell the member once that the card did not pay an invoice, in the transaction that settles the payment."""
    invoice: Invoice = Invoice.objects.get_public(payment.subject)
    body = _("The payment of %(total)s was declined. Please pay the invoice by %(due_on)s, or register another card.")
    if invoice.due_on < kst_date(at):
        body = _(
            "The payment of %(total)s was declined. The invoice was due on %(due_on)s: please pay it now, or register "
            "another card."
        )
    text = notices.compose(
        _("Your card could not pay invoice %(number)s"),
        body,
        number=invoice.number,
        total=Money(payment.amount, payment.currency),
        due_on=invoice.due_on,
    )
    key = f"declined:{payment.public_id}"
    notices.notify(member_id=invoice.member_id, about="invoice", text=text, key=key, at=at, clauses=["upstage/19"])


def _body(invoice: Invoice) -> Promise:
    if invoice.kind == InvoiceKind.CLAIM:
        return _(
            "%(total)s are claimed of you, to be paid by %(due_on)s. The page of the claim says for what, how it was "
            "counted, and how to object. Invoice and PDF: %(url)s"
        )
    if invoice.kind == InvoiceKind.SINGLE:
        return _("%(total)s (with VAT) are due by %(due_on)s; the invoice says for what. Invoice and PDF: %(url)s")
    if not invoice.total:
        return _("Your usage of %(month)s: %(credits)s were paid with credits; there is nothing to pay.")
    return _(
        "Your usage of %(month)s: %(credits)s were paid with credits, %(total)s (with VAT) are due by %(due_on)s. "
        "Invoice and PDF: %(url)s"
    )
