"""Claims against a member at the desk: worksheets on the case file, decided by another on the claim's own page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.case import member
from accounts.models import Member
from billing.admin import proposals
from billing.admin.heads import ItemsField
from billing.admin.proposals import PROPOSED, Approve, Drop, ProposalAdmin, day, money
from billing.enums import HeadKind
from billing.models import MemberClaim
from billing.rules.penalties import MOST_FACTOR
from billing.services import claims, penalties
from billing.services.claims import Head, Story
from billing.services.penalties import Conduct
from upstage_console.kernel.admin import CaseParts, Done, Fact, Panel, ReasonForm, Row, Text, Verb
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.figures import grouped

parts = CaseParts()
parts.source(proposals.deeds)


def story_field(label: Any) -> forms.CharField:
    """What happened, as the member will read it."""
    return forms.CharField(label=label, max_length=2000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class PenaltyForm(ReasonForm):
    first_on = forms.DateField(label=gettext_lazy("First day of the conduct"), widget=UnfoldAdminDateWidget)
    last_on = forms.DateField(
        label=gettext_lazy("Last day of the conduct"), required=False, widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("Empty: until today."),
    )  # fmt: skip
    factor = forms.DecimalField(
        label=gettext_lazy("How many times the fees"), max_digits=8, decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip
    base = forms.DecimalField(
        label=gettext_lazy("Another base"), required=False, min_value=0, max_digits=20, decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=gettext_lazy("Empty: what the system rated for those days, charged or not."),
    )  # fmt: skip
    base_reason = forms.CharField(
        label=gettext_lazy("Why another base"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget
    )
    what_ko = story_field(gettext_lazy("What happened (Korean)"))
    what_en = story_field(gettext_lazy("What happened (English)"))


class ClaimPenalty(Verb):
    """The worksheet of a penalty."""

    name, label, icon = "claim-penalty", gettext_lazy("Work out a penalty"), "gavel"
    permission, form = "billing.propose_memberclaim", PenaltyForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _(
            "The fees that should have been paid from the first day of the conduct, up to %(most)s times. Nothing is "
            "invoiced before a second person approves it."
        ) % {"most": grouped(MOST_FACTOR)}

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        conduct = Conduct(given["first_on"], given["factor"], given["last_on"], given["base"], given["base_reason"])
        story = Story(given["what_ko"], given["what_en"])
        claim = penalties.propose(row.pk, conduct, story, reason=given["reason"], by=by, at=at)
        return Done(PROPOSED, result=claim)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        return _sheet_rows(done.result)


def _sheet_rows(claim: MemberClaim) -> list[Row]:
    sheet, currency = claim.sheet, claim.currency
    shown = [Row(_("Rated by the system"), money(sheet.rated, currency))]
    if sheet.base != sheet.rated:
        shown.append(Row(_("Base"), money(sheet.base, currency)))
    return [
        *shown,
        Row(_("Days counted"), f"{day(sheet.first_on)} – {day(sheet.last_on)}"),
        Row(_("At most"), money(sheet.limit, currency)),
        Row(_("Penalty"), money(claim.amount, currency)),
        Row(_("Why"), _why(claim)),
    ]


def _why(claim: MemberClaim) -> str:
    return str(claim.why["en" if (get_language() or "ko").startswith("en") else "ko"])


class DamagesForm(ReasonForm):
    damage = ItemsField(label=gettext_lazy("Damage"))
    legal_fees = ItemsField(label=gettext_lazy("Legal fees"))
    expenses = ItemsField(label=gettext_lazy("Expenses"))
    what_ko = story_field(gettext_lazy("What happened (Korean)"))
    what_en = story_field(gettext_lazy("What happened (English)"))


class ClaimDamages(Verb):
    """Damage with legal fees and expenses."""

    name, label, icon = "claim-damages", gettext_lazy("Claim damages"), "balance"
    permission, form = "billing.propose_memberclaim", DamagesForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("Damage with legal fees and expenses. Nothing is invoiced before a second person approves it.")

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        kinds = {HeadKind.DAMAGE: "damage", HeadKind.LEGAL_FEES: "legal_fees", HeadKind.EXPENSES: "expenses"}
        heads = [Head(kind, item.what, item.amount) for kind, name in kinds.items() for item in given[name]]
        story = Story(given["what_ko"], given["what_en"])
        claim = claims.propose_damages(row.pk, heads, story, reason=given["reason"], by=by, at=at)
        return Done(PROPOSED, result=claim)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        claim: MemberClaim = done.result
        heads = [Row(str(head), money(head.amount, claim.currency)) for head in claim.heads.all()]
        return [*heads, Row(_("Total"), money(claim.amount, claim.currency))]


member.verbs += [ClaimPenalty, ClaimDamages]


class ApproveClaim(Approve):
    permission, service = "billing.approve_memberclaim", claims

    def sentence(self, row: MemberClaim, *, at: datetime) -> Text:
        return _("%(name)s receives an invoice of %(amount)s, apart from service fees and without VAT.") % {
            "name": row.member.name, "amount": money(row.amount, row.currency),
        }  # fmt: skip

    def rows(self, row: MemberClaim, done: Done, *, at: datetime) -> list[Row]:
        invoice = done.result.invoice
        return [
            Row(_("Invoice"), invoice.number),
            Row(_("Total"), money(invoice.total, invoice.currency)),
            Row(_("Due on"), day(invoice.due_on)),
        ]


class DropClaim(Drop):
    permission, service = "billing.approve_memberclaim", claims


class MemberClaimAdmin(ProposalAdmin):
    parts = parts
    list_display = ("proposed_at", "member", "kind", "shown_amount", "shown_status", "proposed_by", "decided_by")
    list_display_links = ("proposed_at",)
    list_filter = ("status", "kind", "currency", "proposed_at")
    verbs = (ApproveClaim, DropClaim)

    def headline(self, row: MemberClaim, at: datetime) -> str:
        """What is claimed, and how it stands."""
        facts = {
            "kind": row.get_kind_display(), "amount": money(row.amount, row.currency),
            "status": row.get_status_display(),
        }  # fmt: skip
        return _("%(kind)s: %(amount)s, %(status)s.") % facts


@parts.panel(10)
def facts(row: MemberClaim, at: datetime) -> Panel:
    """Of whom, what for, how it was counted, and who decided."""
    invoice = row.invoice
    known = [
        *proposals.who(row),
        Fact(_("What happened"), local(row, "what")),
        Fact(_("Amount"), money(row.amount, row.currency)),
        Fact(_("How it was counted"), _why(row)),
        *_sheet_facts(row),
        *proposals.decision(row),
    ]
    if invoice is not None:
        known.append(Fact(_("Invoice"), invoice, reverse("admin:billing_invoice_change", args=[invoice.pk])))
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


def _sheet_facts(row: MemberClaim) -> list[Fact]:
    sheet = getattr(row, "sheet", None)
    if sheet is None:
        return []
    shown = [
        Fact(_("Days counted"), f"{day(sheet.first_on)} – {day(sheet.last_on)}"),
        Fact(_("Rated by the system"), money(sheet.rated, row.currency)),
    ]
    if sheet.base_reason:
        shown += [Fact(_("Base"), money(sheet.base, row.currency)), Fact(_("Why another base"), sheet.base_reason)]
    return [*shown, Fact(_("At most"), money(sheet.limit, row.currency))]


@parts.panel(20)
def heads(row: MemberClaim, at: datetime) -> Panel:
    """The parts of the claim."""
    shown = [
        Fact(head.get_kind_display(), " · ".join(filter(None, (money(head.amount, row.currency), head.what))))
        for head in row.heads.all()
    ]
    return Panel(_("Heads"), "admin/case/facts.html", {"facts": shown})
