"""Waiving late fees at the desk: proposed on the invoice, decided by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from billing.admin import proposals
from billing.admin.proposals import PROPOSED, Approve, Drop, ProposalAdmin, money
from billing.errors import NothingLate
from billing.models import Invoice, LateFeeWaiver
from billing.queries.debts import debt_of
from billing.rules import late_fees
from billing.services import waiving
from upstage_console.kernel.admin import CaseParts, Done, Fact, Panel, ReasonForm, Row, Text, Verb
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import Refusal

parts = CaseParts()
parts.source(proposals.deeds)


class WaiveForm(ReasonForm):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=0, max_digits=18, decimal_places=2, widget=UnfoldAdminDecimalFieldWidget
    )


class WaiveLateFee(Verb):
    name, label, icon = "waive-late-fee", gettext_lazy("Waive the late fee"), "money_off"
    permission, form = "billing.propose_latefeewaiver", WaiveForm

    def refusal(self, row: Invoice, *, at: datetime) -> Refusal | None:
        late_fee = debt_of(row, kst_date(at)).late_fee
        return None if late_fee else NothingLate(facts={"amount": late_fee, "late_fee": late_fee})

    def initial(self, row: Invoice, *, at: datetime) -> Mapping[str, Any]:
        return {"amount": debt_of(row, kst_date(at)).late_fee}

    def sentence(self, row: Invoice, *, at: datetime) -> Text:
        why = late_fees.explain(debt_of(row, kst_date(at))).text(get_language() or "ko")
        return _("%(why)s. Nothing is waived before a second person approves it.") % {"why": why}

    def run(self, row: Invoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = waiving.propose(row.public_id, amount=given["amount"], reason=given["reason"], by=by, at=at)
        return Done(PROPOSED, result=made)

    def rows(self, row: Invoice, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Waits for a second person"), money(done.result.amount, row.currency))]


class ApproveWaiver(Approve):
    permission, service = "billing.approve_latefeewaiver", waiving

    def sentence(self, row: LateFeeWaiver, *, at: datetime) -> Text:
        facts = {"amount": money(row.amount, row.currency), "number": row.invoice.number, "reason": row.reason}
        return _("%(amount)s of the late fee of %(number)s are no longer owed: %(reason)s") % facts

    def rows(self, row: LateFeeWaiver, done: Done, *, at: datetime) -> list[Row]:
        before = row.amount
        left = debt_of(row.invoice, kst_date(at))
        shown = [(_("Late fee"), left.late_fee + before, left.late_fee), (_("Owed"), left.total + before, left.total)]
        return [Row(label, money(after, row.currency), money(was, row.currency)) for label, was, after in shown]


class DropWaiver(Drop):
    permission, service = "billing.approve_latefeewaiver", waiving


@admin.register(LateFeeWaiver)
class LateFeeWaiverAdmin(ProposalAdmin):
    parts = parts
    list_display = ("proposed_at", "member", "invoice", "shown_amount", "shown_status", "proposed_by", "decided_by")
    list_display_links = ("proposed_at",)
    list_select_related = ("member", "invoice", "proposed_by", "decided_by")
    verbs = (ApproveWaiver, DropWaiver)

    def headline(self, row: LateFeeWaiver, at: datetime) -> str:
        """How much of which invoice, and how it stands."""
        return f"{row.invoice.number}: {money(row.amount, row.currency)}, {row.get_status_display()}."


@parts.panel(10)
def facts(row: LateFeeWaiver, at: datetime) -> Panel:
    """Whose invoice, how its late fee was counted, and who decided."""
    debt = debt_of(row.invoice, kst_date(at))
    known = [
        *proposals.who(row),
        Fact(_("Invoice"), row.invoice, reverse("admin:billing_invoice_change", args=[row.invoice_id])),
        Fact(_("Amount"), money(row.amount, row.currency)),
        Fact(_("What is owed now"), late_fees.explain(debt).text(get_language() or "ko")),
        *proposals.decision(row),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})
