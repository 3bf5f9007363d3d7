"""Claims against the company at the desk: the worksheet, its decision, and what was paid."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.case import member
from accounts.models import Member
from billing.admin import proposals
from billing.admin.claims import story_field
from billing.admin.heads import ItemsField
from billing.admin.proposals import PROPOSED, Approve, Drop, ProposalAdmin, day, money
from billing.enums import DamageCause, Fault, ProposalStatus
from billing.models import Compensation, LiabilityClaim
from billing.queries.liability import left_of
from billing.services import compensating, liability
from billing.services.claims import Story
from billing.services.compensating import Paid
from billing.services.liability import Head, Incident
from upstage_console.kernel.admin import CaseParts, Done, Fact, Panel, ReasonForm, Row, Text, Verb, no_move
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.wording import tongue

parts = CaseParts()
parts.source(proposals.deeds)
paid_parts = CaseParts()
paid_parts.source(proposals.deeds)


class LiabilityForm(ReasonForm):
    incident_on = forms.DateField(label=gettext_lazy("Day of the incident"), widget=UnfoldAdminDateWidget)
    fault = forms.ChoiceField(label=gettext_lazy("Fault"), choices=Fault.choices, widget=UnfoldAdminSelectWidget)
    cause = forms.ChoiceField(
        label=gettext_lazy("Cause that the terms leave out"), required=False, widget=UnfoldAdminSelectWidget,
        choices=[("", "–"), *DamageCause.choices],
        help_text=gettext_lazy("With one nothing is payable, short of intent and gross negligence."),
    )  # fmt: skip
    direct = ItemsField(label=gettext_lazy("Direct damage claimed"))
    excluded = ItemsField(label=gettext_lazy("Indirect, special, consequential or punitive damage claimed"))
    follows = forms.ChoiceField(
        label=gettext_lazy("More of the same incident"), required=False, widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("What was paid for it before then counts against the cap."),
    )  # fmt: skip
    what_ko = story_field(gettext_lazy("What happened (Korean)"))
    what_en = story_field(gettext_lazy("What happened (English)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = LiabilityClaim.objects.filter(member=self.row, follows__isnull=True).order_by("-pk")
        earlier = [
            (one.public_id, f"{day(one.incident_on)} · {local(one, 'what')[:60]}")
            for one in rows.exclude(status=ProposalStatus.DROPPED)
        ]
        self.fields["follows"].choices = [("", "–"), *earlier]  # type: ignore[attr-defined]


class WorkOutLiability(Verb):
    """The worksheet: window, every payment, exclusions, cap, what was paid before."""

    name, label, icon = "work-out-liability", gettext_lazy("Work out compensation"), "calculate"
    permission, form = "billing.propose_liabilityclaim", LiabilityForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _(
            "What the company owes for an incident, with every payment of the six months before it. Nothing is decided "
            "before a second person approves it."
        )

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        heads = [Head(item.what, item.amount) for item in given["direct"]]
        heads += [Head(item.what, item.amount, is_excluded=True) for item in given["excluded"]]
        story = Story(given["what_ko"], given["what_en"])
        cause = DamageCause(given["cause"]) if given["cause"] else None
        incident = Incident(given["incident_on"], Fault(given["fault"]), story, given["follows"] or None, cause)
        claim = liability.propose(row.pk, incident, heads, reason=given["reason"], by=by, at=at)
        return Done(PROPOSED, result=claim)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        claim: LiabilityClaim = done.result
        return [Row(fact.label, str(fact.value)) for fact in [*_fees(claim), *_sums(claim)]]


member.verbs.append(WorkOutLiability)


def _fees(claim: LiabilityClaim) -> list[Fact]:
    """Every payment of the window, with what counts of it."""
    language = tongue(get_language())
    shown = [
        Fact(f"{day(date.fromisoformat(one['on']))} · {one[language]}", _counts(one, claim.currency))
        for one in claim.fees
    ]
    return shown or [Fact(_("Payments"), _("none in these months"))]


def _counts(one: Mapping[str, Any], currency: str) -> str:
    if one["net"] == one["counts"]:
        return money(_decimal(one["counts"]), currency)
    return _("%(counts)s of %(net)s; the rest was refunded") % {
        "counts": money(_decimal(one["counts"]), currency), "net": money(_decimal(one["net"]), currency),
    }  # fmt: skip


def _decimal(text: str) -> Decimal:
    return Decimal(text)


def _sums(claim: LiabilityClaim) -> list[Fact]:
    currency = claim.currency
    out = sum(head.amount for head in claim.heads.all() if head.is_excluded)
    return [
        Fact(_("Fees paid from – until"), f"{day(claim.window_from)} – {day(claim.window_to)}"),
        Fact(_("Claimed"), money(claim.claimed, currency)),
        Fact(_("Of that indirect and the like"), money(out, currency)),
        Fact(_("Cap"), money(claim.cap, currency)),
        Fact(_("Paid before"), money(claim.already_paid, currency)),
        Fact(_("Payable"), money(claim.payable, currency)),
        Fact(_("Why"), str(claim.why[tongue(get_language())])),
    ]


class ApproveLiability(Approve):
    permission, service = "billing.approve_liabilityclaim", liability

    def sentence(self, row: LiabilityClaim, *, at: datetime) -> Text:
        return _("%(name)s is told that %(payable)s are payable, and why.") % {
            "name": row.member.name, "payable": money(row.payable, row.currency),
        }  # fmt: skip


class DropLiability(Drop):
    permission, service = "billing.approve_liabilityclaim", liability


class CompensationForm(ReasonForm):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=0, max_digits=18, decimal_places=2, widget=UnfoldAdminDecimalFieldWidget
    )
    paid_on = forms.DateField(label=gettext_lazy("Paid on"), widget=UnfoldAdminDateWidget)
    how = forms.CharField(
        label=gettext_lazy("How it was paid"), max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("For example the number of the transfer. The member reads it."),
    )  # fmt: skip


class RecordCompensation(Verb):
    name, label, icon = "record-compensation", gettext_lazy("Record a payment"), "payments"
    permission, form = "billing.propose_compensation", CompensationForm

    def refusal(self, row: LiabilityClaim, *, at: datetime) -> Refusal | None:
        approved = ProposalStatus.APPROVED
        return None if row.status == approved else no_move(row.status, "paid", {})

    def initial(self, row: LiabilityClaim, *, at: datetime) -> Mapping[str, Any]:
        return {"amount": left_of(row), "paid_on": kst_date(at)}

    def sentence(self, row: LiabilityClaim, *, at: datetime) -> Text:
        left = money(left_of(row), row.currency)
        return _("%(left)s are still to be paid. It counts once a second person confirms it.") % {"left": left}

    def run(self, row: LiabilityClaim, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        paid = Paid(given["amount"], given["paid_on"], given["how"])
        made = compensating.propose(row.public_id, paid, reason=given["reason"], by=by, at=at)
        return Done(PROPOSED, result=made)

    def rows(self, row: LiabilityClaim, done: Done, *, at: datetime) -> list[Row]:
        return [
            Row(_("Waits for a second person"), money(done.result.amount, row.currency)),
            Row(_("Still to be paid then"), money(left_of(row), row.currency)),
        ]


@admin.register(LiabilityClaim)
class LiabilityClaimAdmin(ProposalAdmin):
    parts = parts
    list_display = ("proposed_at", "member", "incident_on", "fault", "claimed", "cap", "payable", "shown_status")
    list_display_links = ("proposed_at",)
    list_filter = ("status", "fault", "currency", "incident_on")
    verbs = (ApproveLiability, DropLiability, RecordCompensation)

    def headline(self, row: LiabilityClaim, at: datetime) -> str:
        """What is payable of what is claimed, and how it stands."""
        facts = {
            "payable": money(row.payable, row.currency), "claimed": money(row.claimed, row.currency),
            "status": row.get_status_display(),
        }  # fmt: skip
        return _("%(payable)s payable of %(claimed)s claimed, %(status)s.") % facts


@parts.panel(10)
def facts(row: LiabilityClaim, at: datetime) -> Panel:
    """Whose incident, how it was counted, and who decided."""
    known = [
        *proposals.who(row), Fact(_("What happened"), local(row, "what")),
        Fact(_("Day of the incident"), day(row.incident_on)), Fact(_("Fault"), row.get_fault_display()),
        Fact(_("Cause that the terms leave out"), row.get_cause_display() or "–"),
        *_sums(row), *proposals.decision(row),
    ]  # fmt: skip
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def heads(row: LiabilityClaim, at: datetime) -> Panel:
    """The parts of what is claimed."""
    shown = [
        Fact(_("excluded") if head.is_excluded else _("direct"), f"{money(head.amount, row.currency)} · {head.what}")
        for head in row.heads.all()
    ]
    return Panel(_("Heads"), "admin/case/facts.html", {"facts": shown})


@parts.panel(30)
def fees(row: LiabilityClaim, at: datetime) -> Panel:
    """Every payment that makes the cap."""
    return Panel(_("Payments counted"), "admin/case/facts.html", {"facts": _fees(row)})


@parts.panel(40)
def payments(row: LiabilityClaim, at: datetime) -> Panel:
    """What was paid, and what is left."""
    shown = [
        Fact(
            f"{day(one.paid_on)} · {one.get_status_display()}", f"{money(one.amount, one.currency)} · {one.how}",
            reverse("admin:billing_compensation_change", args=[one.pk]),
        )
        for one in row.compensations.order_by("pk")
    ]  # fmt: skip
    left = [Fact(_("Still to be paid"), money(left_of(row), row.currency))]
    return Panel(_("Paid"), "admin/case/facts.html", {"facts": [*shown, *left]})


class ApproveCompensation(Approve):
    permission, service = "billing.approve_compensation", compensating
    label = gettext_lazy("Confirm")

    def sentence(self, row: Compensation, *, at: datetime) -> Text:
        return _("It was paid; %(name)s is told.") % {"name": row.member.name}


class DropCompensation(Drop):
    permission, service = "billing.approve_compensation", compensating


@admin.register(Compensation)
class CompensationAdmin(ProposalAdmin):
    parts = paid_parts
    list_display = ("proposed_at", "member", "shown_amount", "paid_on", "how", "shown_status")
    list_display_links = ("proposed_at",)
    verbs = (ApproveCompensation, DropCompensation)

    def headline(self, row: Compensation, at: datetime) -> str:
        """What was paid, and how it stands."""
        return f"{money(row.amount, row.currency)}, {row.get_status_display()}."


@paid_parts.panel(10)
def payment_facts(row: Compensation, at: datetime) -> Panel:
    """To whom, for which worksheet, how, and who confirmed it."""
    known = [
        *proposals.who(row),
        Fact(_("Worksheet"), row.claim, reverse("admin:billing_liabilityclaim_change", args=[row.claim_id])),
        Fact(_("Amount"), money(row.amount, row.currency)),
        Fact(_("Paid on"), day(row.paid_on)),
        Fact(_("How it was paid"), row.how),
        *proposals.decision(row),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})
