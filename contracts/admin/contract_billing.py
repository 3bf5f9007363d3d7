"""What staff do with a concluded contract's fees: bill, change, promote, accept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.enums import InvoiceStatus
from contracts.admin import billing_forms as forms
from contracts.admin import lines
from contracts.admin.contract_parts import MONEY, parts
from contracts.admin.customers import day, money
from contracts.admin.lines import Line
from contracts.models import Contract, ContractInvoice
from contracts.queries.month_fees import next_invoice_on
from contracts.queries.standing import require_concluded
from contracts.services import changing, invoicing
from contracts.services.changing import NewAmount
from upstage_console.kernel.admin import Done, Panel, Row, Text, Verb
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.errors import Refusal


class OfConcluded(Verb):
    """A verb of a contract that came into being."""

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        try:
            require_concluded(row)
        except Refusal as refusal:
            return refusal
        return None


class Bills(OfConcluded):
    """A verb that issues an invoice, and shows its lines."""

    permission = "billing.issue_firminvoice"

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        made: ContractInvoice = done.result
        invoice = made.invoice
        shown = [Row(local(line, "what"), after=money(line.charged, invoice.currency)) for line in invoice.lines.all()]
        sums = [(_("Subtotal"), invoice.subtotal), (_("Tax"), invoice.tax), (_("Total"), invoice.total)]
        return [*shown, *(Row(label, after=money(amount, invoice.currency)) for label, amount in sums)]


class IssueMonth(Bills):
    name, label, tone, icon = "issue-month", gettext_lazy("Issue the invoice of a month"), "primary", "request_quote"
    form = forms.MonthForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("One line for each fee that was not billed, less approved credits. What is issued is final.")

    def initial(self, row: Contract, *, at: datetime) -> Mapping[str, Any]:
        return {"month": months_later(month_of(kst_date(at)), -1)}

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = invoicing.issue_month(row.public_id, given["month"], reason=given["reason"], by=by, at=at)
        return Done(_("The invoice is issued."), result=made)


class IssueAmount(Bills):
    name, label, icon = "issue-amount", gettext_lazy("Issue an invoice for one amount"), "receipt_long"
    form = forms.AmountForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("An invoice apart from the monthly fees, with tax on top. What is issued is final.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = invoicing.issue_amount(
            row.public_id, given["amount"], what_ko=given["what_ko"], what_en=given["what_en"],
            reason=given["reason"], by=by, at=at, key=f"staff:{given['nonce']}",
        )  # fmt: skip
        return Done(_("The invoice is issued."), result=made)


class OfferChange(OfConcluded):
    name, label, icon = "offer-change", gettext_lazy("Offer a change order"), "price_change"
    permission, form = "contracts.conclude_contract", forms.ChangeForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The fee changes from its day once both sides agreed to the change order; until then nothing changes.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        change = NewAmount(int(given["fee"]), given["amount"], given["from_on"])
        made = changing.offer_change(row.public_id, change, reason=given["reason"], by=by, at=at)
        return Done(_("The change order is offered."), result=made)


class Promote(OfConcluded):
    name, label, icon = "promote", gettext_lazy("Give a promotion"), "percent"
    permission, form = "contracts.give_feepromotion", forms.PromotionForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("From today the monthly fees are lower; it ends by itself (14.3). The customer is told.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        changing.promote(
            row.public_id, given["percent"], until=given["until"], reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The promotion is given."))


class AcceptMilestone(OfConcluded):
    name, label, icon = "accept-milestone", gettext_lazy("A milestone was accepted"), "flag"
    permission, form = "contracts.accept_milestone", forms.MilestoneForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Its fixed price is billed with the month.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        changing.accept_milestone(row.public_id, given["milestone"], reason=given["reason"], by=by, at=at)
        return Done(_("It is written down."))


MONEY.verbs += [IssueMonth, IssueAmount, OfferChange, Promote, AcceptMilestone]


@parts.panel(50)
def invoices(row: Contract, at: datetime) -> Panel:
    """What was billed, the newest first, and when the next month can be."""
    found = row.invoices.select_related("invoice").order_by("-pk")[:24]
    shown = [_line(one) for one in found]
    following = next_invoice_on(row)
    nothing = _("Nothing was billed yet.")
    title = _("Invoices") if following is None else _("Invoices, the next from %(on)s") % {"on": day(following)}
    return lines.panel(title, shown, nothing)


def _line(one: ContractInvoice) -> Line:
    invoice = one.invoice
    tone = "good" if invoice.status == InvoiceStatus.PAID else "warn"
    return Line(
        invoice.number, reverse("admin:billing_firminvoice_change", args=[invoice.pk]), invoice.get_status_display(),
        tone, money(invoice.total, invoice.currency),
    )  # fmt: skip
