"""Invoicing one fee to a member, or charging it to the card at once: verbs of the case file."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from accounts.admin.case import member
from accounts.models import Member
from billing.admin.proposals import day, money
from billing.errors import NoPaymentMethod
from billing.models import Invoice
from billing.queries.purchases import card_of_member
from billing.services import fees, invoices, payments
from upstage_console.kernel.admin import Done, Effect, ReasonForm, Row, Text, Verb
from upstage_console.kernel.admin.effects import rehearse
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.money import unit_of


class ChargeForm(ReasonForm):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount without tax"),
        min_value=0,
        max_digits=18,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    what_ko = forms.CharField(
        label=gettext_lazy("What for (Korean)"), max_length=200, widget=UnfoldAdminTextInputWidget
    )
    what_en = forms.CharField(
        label=gettext_lazy("What for (English)"), max_length=200, widget=UnfoldAdminTextInputWidget
    )


class FeeForm(ChargeForm):
    due_on = forms.DateField(label=gettext_lazy("Last day to pay"), widget=UnfoldAdminDateWidget)
    field_order = ["amount", "due_on", "what_ko", "what_en"]


class IssueInvoice(Verb):
    """Invoice one fee to a member."""

    name, label, icon = "issue-invoice", gettext_lazy("Issue an invoice"), "request_quote"
    permission = "billing.issue_invoice"
    form = FeeForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("%(name)s receives an invoice with VAT, to be paid in units of %(unit)s %(currency)s.") % {
            "name": row.name,
            "unit": unit_of(row.currency),
            "currency": row.currency,
        }

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        invoice = invoices.issue_single(
            member_id=row.pk,
            amount=given["amount"],
            due_on=given["due_on"],
            what_ko=given["what_ko"],
            what_en=given["what_en"],
            by=by,
            at=at,
            key=f"staff:{given['nonce']}",
            reason=given["reason"],
        )
        return Done(_("Invoice %(number)s is issued.") % {"number": invoice.number}, result=invoice)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        return _effect(done.result)


def _effect(invoice: Invoice) -> list[Row]:
    return [
        Row(_("Tax"), after=money(invoice.tax, invoice.currency)),
        Row(_("Total"), after=money(invoice.total, invoice.currency)),
        Row(_("Due on"), after=day(invoice.due_on)),
    ]


class ChargeFee(Verb):
    """Charge one fee to a member's card: after the commit, or by the job that asks about open payments.

    The bank is not asked for the preview, which shows the invoice alone.
    """

    name, label, icon = "charge-fee", gettext_lazy("Charge a fee to the card"), "credit_card"
    permission, form = "billing.charge_fee", ChargeForm

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return None if card_of_member(row.pk) else NoPaymentMethod()

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _(
            "%(name)s receives an invoice with VAT, and %(card)s is charged with it at once. Where the card does not "
            "pay, the invoice stays due today."
        ) % {"name": row.name, "card": card_of_member(row.pk)}

    def rehearse(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Effect:
        def issue() -> Invoice:
            return invoices.issue_single(
                member_id=row.pk, amount=given["amount"], due_on=kst_date(at), what_ko=given["what_ko"],
                what_en=given["what_en"], by=by, at=at, reason=given["reason"],
            )  # fmt: skip

        return rehearse(issue, _effect, at=at)

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        asked = {name: given[name] for name in ("amount", "what_ko", "what_en", "reason")}
        payment = fees.begin(member_id=row.pk, by=by, at=at, key=f"staff:{given['nonce']}", **asked)
        transaction.on_commit(partial(payments.ask, payment.pk, by=by, at=at), robust=True)
        invoice: Invoice = Invoice.objects.get_public(payment.subject)
        message = _("Invoice %(number)s is issued, and the card is charged; its page says what the bank answered.")
        return Done(message % {"number": invoice.number}, result=invoice)


member.verbs.append(IssueInvoice)
member.verbs.append(ChargeFee)
