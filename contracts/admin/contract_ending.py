"""Breaches, the end of a contract and compensation at the desk; money out waits for a second person."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.enums import Fault
from contracts.admin import billing_forms as forms
from contracts.admin import uploads
from contracts.admin.contract_billing import OfConcluded
from contracts.admin.contract_parts import END, TROUBLE
from contracts.admin.customers import day, money
from contracts.admin.document_forms import UploadForm
from contracts.enums import BreachStatus, ByTwoStatus, EndReason, Side
from contracts.models import Breach, Contract, ContractAward, Termination
from contracts.rules import endings as rules
from contracts.services import awards, breaches, ending
from contracts.services.awards import Damage
from contracts.services.breaches import Delivery
from contracts.services.ending import End
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, Row, ServiceActionAdmin, Text, Verb, cells
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import tongue


class DemandCure(OfConcluded):
    name, label, icon = "demand-cure", gettext_lazy("Demand that a breach is cured"), "gavel"
    permission, form = "contracts.demand_cure", forms.DemandForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The time to cure runs from the day on which the other side received the demand (15.2).")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        delivery = Delivery(given["received_on"], given["how"]) if given["received_on"] else None
        made = breaches.demand(
            row.public_id, Side(given["side"]), given["what"], delivery=delivery, reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The demand is written down."), result=made)


class Settles(OfConcluded):
    """A verb whose effect is a settlement statement."""

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        return _statement(done.result)


def _statement(made: Termination) -> list[Row]:
    currency, language = made.contract.currency, tongue(get_language())
    shown = [
        Row(f"{line['from']} – {line['until']}", after=f"{line['charged']}: {line['why'][language]}")
        for line in made.statement["lines"]
    ]
    sums = [(_("Still billed"), made.due), (_("Goes back"), made.refund), (_("Tax that goes back"), made.refund_tax),
            (_("Kept"), made.kept), (_("Credits for shortfalls, still given"), made.credits)]  # fmt: skip
    credits = [
        Row(_("Credit of %(month)s") % {"month": one["month"]},
            after=_("%(taken)s on the final invoice, %(given)s given back") % {
                "taken": money(Decimal(one["taken"]), currency), "given": money(Decimal(one["given"]), currency)})
        for one in made.statement.get("credits", ())
    ]  # fmt: skip
    return [
        *shown, *credits, *(Row(label, after=money(amount, currency)) for label, amount in sums),
        Row(_("Why"), after=made.statement["why"][language]),
    ]  # fmt: skip


def _end(given: Mapping[str, Any]) -> End:
    return End(Side(given["side"]), EndReason(given["ground"]), given["upfront"] or Decimal(0))


class Terminate(Settles):
    name, label, tone, icon = "terminate", gettext_lazy("Terminate"), "danger", "cancel"
    permission, form = "contracts.terminate_contract", forms.EndForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The contract ends with today; what is unbilled is billed. That is final.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = ending.terminate(row.public_id, _end(given), reason=given["reason"], by=by, at=at)
        return Done(_("The contract is terminated."), result=made)


class ProposeTermination(Settles):
    name, label, icon = "propose-termination", gettext_lazy("Propose a termination"), "approval_delegation"
    permission, form = "contracts.terminate_contract", forms.EndForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Where money goes back a second person carries it out; it is settled for that day.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = ending.propose(row.public_id, _end(given), reason=given["reason"], by=by, at=at)
        return Done(_("It is proposed."), result=made)


class ProposeAward(OfConcluded):
    name, label, icon = "propose-award", gettext_lazy("Propose compensation"), "paid"
    permission, form = "contracts.propose_award", forms.AwardForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Within what the cap leaves (17.3), save for gross negligence. A second person approves it.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        damage = Damage(given["amount"], given["incident_on"], Fault(given["fault"]))
        made = awards.propose(row.public_id, damage, reason=given["reason"], by=by, at=at)
        return Done(_("It is proposed."), result=made)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Why"), after=done.result.why[tongue(get_language())])]


TROUBLE.verbs += [DemandCure, ProposeAward]
END.verbs += [Terminate, ProposeTermination]


class OfRunning(Verb):
    """A verb of a demand that is not cured."""

    permission = "contracts.demand_cure"

    def refusal(self, row: Breach, *, at: datetime) -> Refusal | None:
        return None if row.status == BreachStatus.RUNNING else AlreadyDone()


class Arrived(OfRunning):
    name, label, tone = "received", gettext_lazy("It was received"), "primary"
    form = forms.DeliveryForm

    def sentence(self, row: Breach, *, at: datetime) -> Text:
        return _("The time to cure runs from that day.")

    def refusal(self, row: Breach, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.received_on else super().refusal(row, at=at)

    def run(self, row: Breach, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        delivery = Delivery(given["received_on"], given["how"])
        made = breaches.received(row.public_id, delivery, reason=given["reason"], by=by, at=at)
        return Done(_("It is written down."), result=made)

    def rows(self, row: Breach, done: Done, *, at: datetime) -> list[Row]:
        made: Breach = done.result
        return [
            Row(_("To be cured until"), after=day(made.cure_until)),
            Row(_("Why"), after=made.why[tongue(get_language())]),
        ]


class Cure(OfRunning):
    name, label, icon = "cure", gettext_lazy("It was cured"), "check"

    def sentence(self, row: Breach, *, at: datetime) -> Text:
        return _("The right to terminate for it lapses; the customer is told.")

    def run(self, row: Breach, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("It counts as cured."), result=breaches.cure(row.public_id, reason=given["reason"], by=by, at=at))


@admin.register(Breach)
class BreachAdmin(ServiceActionAdmin):
    list_display = ("contract", "side", "shown_status", "demanded_at", "received_on", "cure_until")
    list_filter = ("status", "side", "cure_until")
    list_select_related = ("contract",)
    search_fields = ("contract__title", "customer__firm__name")
    readonly_fields = ("public_id", "shown_status", "shown_evidence")
    exclude = ("why", "status", "evidence")
    verbs = (Arrived, Cure)
    change_form_outer_before_template = "admin/breach_proof.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.prove_view))
        return [path("<path:object_id>/proof/", view, name="contracts_breach_proof"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Breach | None = self.get_object(request, unquote(object_id))
        waits = row is not None and row.received_on is not None and row.evidence_id is None
        shown = {"proof_form": UploadForm() if waits and request.user.has_perm("contracts.demand_cure") else None}
        response: HttpResponse = super().change_view(request, object_id, form_url, shown | (extra_context or {}))
        return response

    def prove_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep the file that proves the receipt."""
        return uploads.kept(self, request, object_id, "contracts.demand_cure", breaches.prove)

    @admin.display(description=gettext_lazy("evidence"))
    def shown_evidence(self, row: Breach) -> str | SafeString:
        if row.evidence is None:
            return "–"
        url = reverse("admin:contracts_file_open", args=[row.evidence_id])
        return format_html('<a href="{}">{}</a> SHA-256 <code>{}</code>', url, row.evidence.name, row.evidence.sha256)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Breach) -> SafeString:
        found = rules.breach_on(row.status, row.cure_until, on=kst_date(clock.now()))
        tone = {BreachStatus.CURED: "good", BreachStatus.UNCURED: "danger"}.get(found, "warn")
        return cells.cell("pill", label=found.label, tone=tone)


class OfProposed(Verb):
    """A verb of what one person proposed."""

    def refusal(self, row: Any, *, at: datetime) -> Refusal | None:
        return None if row.status == ByTwoStatus.PROPOSED else AlreadyDone()


class ConfirmTermination(OfProposed):
    name, label, tone = "confirm", gettext_lazy("Terminate as the second person"), "danger"
    permission = "contracts.approve_termination"

    def sentence(self, row: Termination, *, at: datetime) -> Text:
        if row.refund and ending.is_of_customer(row):
            return _("As money goes back, you take the customer's notice on; a second person carries it out.")
        return _("The contract ends with today, settled for today, and what goes back is paid out.")

    def run(self, row: Termination, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = ending.confirm(row.public_id, reason=given["reason"], by=by, at=at)
        if made.status == ByTwoStatus.PROPOSED:
            return Done(_("You took the customer's notice on; as money goes back a second person carries it out."))
        return Done(_("The contract is terminated."), result=made)

    def rows(self, row: Termination, done: Done, *, at: datetime) -> list[Row]:
        return _statement(done.result) if done.result else []


class DropTermination(OfProposed):
    name, label = "drop", gettext_lazy("Leave it")
    permission = "contracts.terminate_contract"

    def sentence(self, row: Termination, *, at: datetime) -> Text:
        return _("The contract goes on.")

    def run(self, row: Termination, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        ending.drop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is left."))


class ApproveAward(OfProposed):
    name, label, tone = "approve", gettext_lazy("Approve as the second person"), "primary"
    permission = "contracts.approve_award"

    def sentence(self, row: ContractAward, *, at: datetime) -> Text:
        return _("It is to be paid, it counts against the cap, and the customer is told.")

    def run(self, row: ContractAward, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        awards.approve(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is approved."))


class DropAward(OfProposed):
    name, label = "drop", gettext_lazy("Leave it")
    permission = "contracts.propose_award"

    def sentence(self, row: ContractAward, *, at: datetime) -> Text:
        return _("Nothing is paid, and it no longer counts against the cap.")

    def run(self, row: ContractAward, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        awards.drop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is left."))


class ByTwoAdmin(ServiceActionAdmin):
    """Rows that one person proposes and another decides."""

    list_filter: tuple[str, ...] = ("status",)
    list_select_related = ("contract", "proposed_by", "approver")
    search_fields = ("contract__title", "customer__firm__name")
    readonly_fields = ("public_id", "shown_why")

    @admin.display(description=gettext_lazy("why"))
    def shown_why(self, row: Any) -> str:
        stored = row.statement["why"] if isinstance(row, Termination) else row.why
        return str(stored[tongue(get_language())])


@admin.register(Termination)
class TerminationAdmin(ByTwoAdmin):
    list_display = ("contract", "status", "side", "ground", "on", "due", "refund", "proposed_by", "approver")
    list_filter = ("status", "side", "ground", "on")
    exclude = ("statement",)
    verbs = (ConfirmTermination, DropTermination)


@admin.register(ContractAward)
class ContractAwardAdmin(ByTwoAdmin):
    list_display = ("contract", "status", "incident_on", "fault", "amount", "proposed_by", "approver")
    list_filter = ("status", "fault", "incident_on")
    exclude = ("why",)
    verbs = (ApproveAward, DropAward)
