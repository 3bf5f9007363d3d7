"""Monthly reports and the credits they give, in the back office: looked at, approved, decided by a second person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.conduct import told
from contracts.admin import service_fields as fields
from contracts.enums import CREDIT_MOVES, ServiceCreditStatus
from contracts.models import ServiceCredit, ServiceCreditUse, ServiceLevelReport
from contracts.services import reports, service_credits
from contracts.services.service_letters import page_of
from upstage_console.kernel import wording
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Panel,
    Row,
    Text,
    Verb,
    cells,
    no_move,
)
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.figures import grouped

report_parts, credit_parts = CaseParts(), CaseParts()
TONES = {
    ServiceCreditStatus.PROPOSED: "warn", ServiceCreditStatus.APPROVED: "good", ServiceCreditStatus.APPLIED: "good",
}  # fmt: skip


def money(row: Any, amount: Any) -> str:
    """An amount in the currency of the contract."""
    return wording.money(amount, row.contract.currency, wording.tongue(get_language()))


class OfReport(Verb):
    permission = "contracts.approve_servicelevelreport"

    def refusal(self, row: ServiceLevelReport, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.approved_at else None


class ApproveReport(OfReport):
    name, label, tone, icon = "approve", gettext_lazy("Approve"), "primary", "check"

    def sentence(self, row: ServiceLevelReport, *, at: datetime) -> Text:
        return _("The customer may read it from now on. A credit is proposed; another person decides on it.")

    def run(self, row: ServiceLevelReport, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Approved."), result=reports.approve(row.public_id, reason=given["reason"], by=by, at=at))

    def rows(self, row: ServiceLevelReport, done: Done, *, at: datetime) -> list[Row]:
        given = ServiceCredit.objects.filter(report=done.result).first()
        return [Row(_("Credit to decide on"), money(row, given.amount) if given else _("none"))]


class MeasureAnew(OfReport):
    name, label, icon = "measure-anew", gettext_lazy("Measure anew"), "refresh"

    def sentence(self, row: ServiceLevelReport, *, at: datetime) -> Text:
        return _("The month is measured with what is recorded now.")

    def run(self, row: ServiceLevelReport, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Measured."), result=reports.measure(row.contract.public_id, row.month, by=by, at=at))

    def rows(self, row: ServiceLevelReport, done: Done, *, at: datetime) -> list[Row]:
        figures = [f"{grouped(one.availability)} %" for one in (row, done.result)]
        amounts = [money(one, one.credit) for one in (row, done.result)]
        return [
            Row(_("Availability"), figures[1], before=figures[0]),
            Row(pgettext("service level", "Credit"), amounts[1], before=amounts[0]),
        ]


report_parts.verbs += [ApproveReport, MeasureAnew]


@admin.register(ServiceLevelReport)
class ServiceLevelReportAdmin(CaseFileAdmin):
    parts = report_parts
    list_display = ("month", "contract", "shown_availability", "shown_result", "shown_credit", "approved_at")
    list_display_links = ("month",)
    list_filter = ("is_met", "month")
    list_select_related = ("contract", "customer__firm", "level")
    search_fields = ("contract__title", "customer__firm__name")

    def headline(self, row: ServiceLevelReport, at: datetime) -> str:
        if row.approved_at:
            return _("Approved; the customer reads it.")
        return _("Measured; it waits for somebody to approve it.")

    @admin.display(description=gettext_lazy("availability"), ordering="availability")
    def shown_availability(self, row: ServiceLevelReport) -> str:
        return f"{grouped(row.availability)} % / {grouped(row.level.target)} %"

    @admin.display(description=gettext_lazy("result"), ordering="is_met")
    def shown_result(self, row: ServiceLevelReport) -> SafeString:
        label, tone = (_("met"), "good") if row.is_met else (pgettext("service level", "missed"), "danger")
        return cells.cell("pill", label=label, tone=tone)

    @admin.display(description=gettext_lazy("credit"), ordering="credit")
    def shown_credit(self, row: ServiceLevelReport) -> SafeString:
        return cells.cell("money", value=row.credit, currency=row.contract.currency)


@report_parts.panel(10)
def report_facts(row: ServiceLevelReport, at: datetime) -> Panel:
    """What was measured, with its arithmetic."""
    known = [
        Fact(_("Contract"), row.contract, fields.contract_page(row)),
        Fact(_("Month"), f"{row.month:%Y-%m}", page_of(row)),
        Fact(_("Revision"), row.revision),
        Fact(_("Availability"), f"{grouped(row.availability)} %"),
        Fact(_("Target"), f"{grouped(row.level.target)} %"),
        Fact(_("Counted so"), row.why[wording.tongue(get_language())]),
        Fact(pgettext("service level", "Credit"), money(row, row.credit)),
        Fact(_("Measured by"), row.measured_by or _("the system")),
        Fact(_("Measured at"), row.measured_at),
        Fact(_("Approved by"), row.approved_by or "–"),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@report_parts.source
@credit_parts.source
def deeds(row: Any, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


# Credits


class OfCredit(Verb):
    permission = "contracts.approve_servicecredit"
    to: ServiceCreditStatus

    def refusal(self, row: ServiceCredit, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, CREDIT_MOVES)


class ApproveCredit(OfCredit):
    name, label, tone, icon = "approve", gettext_lazy("Approve"), "primary", "check"
    to = ServiceCreditStatus.APPROVED

    def sentence(self, row: ServiceCredit, *, at: datetime) -> Text:
        return _("%(amount)s (without VAT) is taken off the next invoices. Whoever proposed it cannot approve it.") % {
            "amount": money(row, row.amount)
        }

    def run(self, row: ServiceCredit, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Approved."), result=service_credits.approve(row.public_id, reason=given["reason"], by=by, at=at))


class DropCredit(OfCredit):
    name, label, icon = "drop", gettext_lazy("Drop"), "close"
    to = ServiceCreditStatus.DROPPED

    def sentence(self, row: ServiceCredit, *, at: datetime) -> Text:
        return _("It is not given; such as where the month is to be measured again.")

    def run(self, row: ServiceCredit, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Dropped."), result=service_credits.drop(row.public_id, reason=given["reason"], by=by, at=at))


class NoteClaim(Verb):
    name, label, icon = "note-claim", gettext_lazy("Note a claim"), "front_hand"
    permission = "contracts.approve_servicelevelreport"

    def sentence(self, row: ServiceCredit, *, at: datetime) -> Text:
        return _("The customer has claimed it by another way than the console.")

    def refusal(self, row: ServiceCredit, *, at: datetime) -> Refusal | None:
        is_open = row.status == ServiceCreditStatus.PROPOSED and row.claim_until and not row.claimed_at
        return None if is_open else AlreadyDone()

    def run(self, row: ServiceCredit, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Claimed."), result=service_credits.claim(row.public_id, by=by, at=at))


credit_parts.verbs += [ApproveCredit, DropCredit, NoteClaim]


@admin.register(ServiceCredit)
class ServiceCreditAdmin(CaseFileAdmin):
    parts = credit_parts
    list_display = ("month", "contract", "shown_amount", "shown_left", "shown_status", "claim_until", "proposed_at")
    list_display_links = ("month",)
    list_filter = ("status", "month")
    list_select_related = ("contract", "customer__firm")
    search_fields = ("contract__title", "customer__firm__name")

    def headline(self, row: ServiceCredit, at: datetime) -> str:
        if row.status == ServiceCreditStatus.PROPOSED:
            return _("%(amount)s waits for a second person.") % {"amount": money(row, row.amount)}
        return fields.joined([str(row.get_status_display()), money(row, row.left)])

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, row: ServiceCredit) -> SafeString:
        return cells.cell("money", value=row.amount, currency=row.currency)

    @admin.display(description=pgettext_lazy("money", "left"), ordering="left")
    def shown_left(self, row: ServiceCredit) -> SafeString:
        return cells.cell("money", value=row.left, currency=row.currency)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: ServiceCredit) -> SafeString:
        tone = TONES.get(ServiceCreditStatus(row.status), "")
        return cells.cell("pill", label=row.get_status_display(), tone=tone)


def _document(use: ServiceCreditUse) -> str:
    """What took it: an invoice, a credit note at the end, or a transfer."""
    return str(use.credit_note or use.invoice or _("Bank transfer"))


@credit_parts.panel(10)
def credit_facts(row: ServiceCredit, at: datetime) -> Panel:
    """How much, for which month, and what is left of it."""
    url = reverse("admin:contracts_servicelevelreport_change", args=[row.report_id])
    known = [
        Fact(_("Contract"), row.contract, fields.contract_page(row)),
        Fact(_("Report"), f"{row.month:%Y-%m}", url),
        Fact(_("Amount"), money(row, row.amount)),
        Fact(pgettext("money", "Left"), money(row, row.left)),
        Fact(_("To be claimed until"), row.claim_until or "–"),
        Fact(_("Claimed at"), row.claimed_at or "–"),
        Fact(_("Proposed by"), row.proposed_by or "–"),
        Fact(_("Approved by"), row.approved_by or "–"),
        *(Fact(_document(use), money(row, use.amount)) for use in row.uses.select_related("invoice", "credit_note")),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})
