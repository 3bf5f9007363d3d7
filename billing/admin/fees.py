"""Invoicing one fee to a member: a verb of the case file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from accounts.admin.case import member
from accounts.models import Member
from billing.admin.proposals import day, money
from billing.models import Invoice
from billing.services import invoices
from upstage_console.kernel.admin import Done, ReasonForm, Row, Text, Verb
from upstage_console.kernel.money import unit_of


class FeeForm(ReasonForm):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount without tax"),
        min_value=0,
        max_digits=18,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    due_on = forms.DateField(label=gettext_lazy("Last day to pay"), widget=UnfoldAdminDateWidget)
    what_ko = forms.CharField(
        label=gettext_lazy("What for (Korean)"), max_length=200, widget=UnfoldAdminTextInputWidget
    )
    what_en = forms.CharField(
        label=gettext_lazy("What for (English)"), max_length=200, widget=UnfoldAdminTextInputWidget
    )


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
        invoice: Invoice = done.result
        return [
            Row(_("Tax"), after=money(invoice.tax, invoice.currency)),
            Row(_("Total"), after=money(invoice.total, invoice.currency)),
            Row(_("Due on"), after=day(invoice.due_on)),
        ]


member.verbs.append(IssueInvoice)
