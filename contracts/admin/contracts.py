"""Contracts at the desk: the list, and each contract's case file."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from contracts.admin import lines
from contracts.admin.contract_forms import DraftForm, RefuseForm
from contracts.admin.contract_parts import DOCUMENTS, parts
from contracts.admin.customers import day, money
from contracts.admin.fee_examples import examples
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.admin.tones import TONES
from contracts.enums import CONTRACT_MOVES, OPEN_STATES, BreachStatus, ContractStanding, ContractStatus, RefusalGround
from contracts.models import Contract
from contracts.queries.belonging import names_of
from contracts.queries.standing import standing_of
from contracts.services import drafting
from upstage_console.kernel import clock
from upstage_console.kernel.admin import (
    Button,
    CaseFileAdmin,
    Done,
    Fact,
    Happening,
    Panel,
    PlainVerb,
    Row,
    Text,
    Verb,
    cells,
    no_move,
)
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotAllowed, Refusal
from upstage_console.kernel.figures import plain
from upstage_console.kernel.wording import tongue


class OfDraft(Verb):
    """A verb of a contract that is still a draft."""

    permission = "contracts.draft_contract"

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        try:
            drafting.require_draft(row)
        except Refusal as refusal:
            return refusal
        return None


class OfUnended(Verb):
    """A verb of a contract that has not ended, drafted or concluded."""

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        return NotAllowed() if row.ended_at is not None else None


class Change(OfDraft):
    name, label, icon = "change", gettext_lazy("Change the draft"), "edit"
    form = DraftForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The draft is written anew as a whole.")

    def initial(self, row: Contract, *, at: datetime) -> Mapping[str, Any]:
        return DraftForm.said_of(row)

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        changed = drafting.change(row.public_id, DraftForm.asked(given), reason=given["reason"], by=by, at=at)
        return Done(_("The draft is changed."), result=changed)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        now: Contract = done.result
        shown = [
            (_("Term"), term_of(row), term_of(now)),
            (_("Fees"), " · ".join(map(fee_text, row.fees.all())), " · ".join(map(fee_text, now.fees.all()))),
        ]
        return [*(Row(label, before=before, after=after) for label, before, after in shown), *examples(now)]


class Refuse(Verb):
    name, label, tone, icon = "refuse", gettext_lazy("Refuse"), "danger", "block"
    permission = "contracts.reject_contract"
    form = RefuseForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The contract is not concluded, on a ground of Article 4, paragraph 3. That is final.")

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        return no_move(row.status, ContractStatus.REJECTED, CONTRACT_MOVES)

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        ground = RefusalGround(given["ground"])
        return Done(_("Refused."), result=drafting.refuse(row.public_id, ground, reason=given["reason"], by=by, at=at))


class Void(PlainVerb):
    name, label, icon = "void", gettext_lazy("Leave it"), "close"
    permission = "contracts.reject_contract"
    says = gettext_lazy("Nobody wants the contract any more; that is final.")
    after = gettext_lazy("It is left.")
    service = staticmethod(drafting.void)

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        return no_move(row.status, ContractStatus.VOIDED, CONTRACT_MOVES)


DOCUMENTS.verbs += [Change, Refuse, Void]


BEFORE_CONCLUSION: Final = frozenset({"submit", "change", "refuse", "void", "take-back"})


class ContractAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("title", "customer", "shown_standing", "starts_on", "ends_on", "drafted_at")
    list_filter = ("status", "starts_on", "ends_on")
    list_select_related = ("customer__firm",)
    search_fields = ("title", "customer__firm__name", "customer__firm__business_number")
    search_help_text = gettext_lazy("Title, name of the firm or business registration number")

    def buttons(self, request: HttpRequest, row: Any = None, *, at: datetime) -> list[Button]:
        """What belongs before the conclusion is gone after it; nothing is left to do with what never came to it."""
        shown = super().buttons(request, row, at=at)
        if row is None or row.status in OPEN_STATES:
            return shown
        return [button for button in shown if button.name not in BEFORE_CONCLUSION]

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup == "customer__id__exact" or super().lookup_allowed(lookup, value, request)

    def headline(self, row: Contract, at: datetime) -> str:
        found = standing_of(row, on=kst_date(at))
        sentences = {
            ContractStanding.DRAFT: _("A draft that binds nobody."),
            ContractStanding.IN_REVIEW: _("Under review: it can be concluded once all three reviews are approved."),
            ContractStanding.REJECTED: _("Refused; it was never concluded."),
            ContractStanding.VOIDED: _("Left; it was never concluded."),
            ContractStanding.CONCLUDED: _("Concluded; it begins on %(on)s."),
            ContractStanding.ACTIVE: _("In force until the end of %(until)s."),
            ContractStanding.SUSPENDED: _("Concluded, but the service is suspended."),
            ContractStanding.EXPIRED: _("Its term ended with %(until)s; nothing renews it by itself."),
            ContractStanding.TERMINATED: _("Terminated."),
        }
        said = sentences[found] % {"on": day(row.starts_on), "until": day(row.ends_on)}
        return " ".join([said, *_against(row)])

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_standing(self, row: Contract) -> SafeString:
        found = standing_of(row, on=kst_date(clock.now()))
        return cells.cell("pill", label=found.label, tone=TONES[found])


def _against(row: Contract) -> list[str]:
    """What stands against it: delinquencies that count, and a demand whose time to cure runs."""
    late = row.delinquencies.filter(annulled_at__isnull=True).count()
    demand = row.breaches.filter(status=BreachStatus.RUNNING, cure_until__isnull=False).order_by("cure_until").first()
    said = [ngettext("%(number)s invoice was late.", "%(number)s invoices were late.", late) % {"number": late}]
    cured = [_("A breach is to be cured until the end of %(on)s.") % {"on": day(demand.cure_until)}] if demand else []
    return [*(said if late else []), *cured]


@parts.panel(10)
def facts(row: Contract, at: datetime) -> Panel:
    """With whom, for how long and why so long, and how it is paid."""
    known = [
        Fact(_("Customer"), row.customer, reverse("admin:contracts_customer_change", args=[row.customer_id])),
        Fact(_("Status"), standing_of(row, on=kst_date(at)).label),
        Fact(_("Term"), term_of(row)),
        Fact(_("Counted so"), why_of(row.term_why) if row.term_why else _("It begins with its conclusion.")),
        Fact(_("Days to pay"), row.payment_days or "–"),
        Fact(_("Late interest"), _("%(rate)s %% a year") % {"rate": plain(row.late_rate)} if row.late_rate else "–"),
        Fact(_("Drafted by"), row.drafted_by),
        Fact(_("Drafted at"), row.drafted_at),
        Fact(_("Concluded on"), row.concluded_on or "–"),
        Fact(_("Public id"), row.public_id),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def fees(row: Contract, at: datetime) -> Panel:
    """What is charged, in the contract's order."""
    shown = [Line(str(fee), aside=fee_text(fee)) for fee in row.fees.all()]
    return lines.panel(_("Fees"), shown, _("No fees."))


@parts.source
def deeds(row: Contract, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with the contract and with everything that belongs to it."""
    return told(names_of(row), before, length)


def term_of(row: Contract) -> str:
    """The first and the last day."""
    return f"{day(row.starts_on)} – {day(row.ends_on)}"


def fee_text(fee: Any) -> str:
    """A fee in words."""
    said = [str(fee.get_kind_display()), money(fee.amount.normalize(), fee.contract.currency)]
    if fee.included is not None:
        said.append(_("%(number)s included") % {"number": f"{fee.included.normalize():f}"})
    if fee.prepaid:
        said.append(_("%(number)s months ahead") % {"number": fee.prepaid})
    return " · ".join([*said, *([fee.milestone] if fee.milestone else [])])


def why_of(stored: Mapping[str, Any]) -> str:
    """The sentence of a stored reason, in the language of the page."""
    return Reason.from_json(stored).text(tongue(get_language()))
