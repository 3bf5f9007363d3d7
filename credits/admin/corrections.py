"""Corrections of credits at the desk: a charge restored, a grant taken back, and above a setting a second person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin.conduct import told
from accounts.admin.rows import OfMembersAdmin
from credits import queries
from credits.admin.explorer import AccountAdmin, explorer_url
from credits.enums import CORRECTION_MOVES, CorrectionKind, CorrectionStatus
from credits.models import Account, Correction
from credits.queries.corrections import lapsed_of
from credits.services import corrections
from credits.services.corrections import Wanted
from upstage_console.kernel import wording
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Kind,
    Panel,
    ReasonForm,
    Row,
    Text,
    Verb,
    call_actions,
    call_kinds,
    cells,
    no_move,
)
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import Refusal

parts = CaseParts()
TONES = {CorrectionStatus.PROPOSED: "warn", CorrectionStatus.DONE: "good", CorrectionStatus.DROPPED: ""}
call_actions(
    {
        "correction.proposed": gettext_lazy("Correction of credits proposed"),
        "correction.done": gettext_lazy("Correction of credits carried out"),
        "correction.dropped": gettext_lazy("Correction of credits not carried out"),
    }
)
call_kinds(
    {corrections.TASK: Kind(gettext_lazy("Correction of credits"), verb=gettext_lazy("Decide"), closes_itself=True)}
)


def money(amount: Any, currency: str) -> str:
    return wording.money(amount, currency, wording.tongue(get_language()))


def _amount() -> forms.DecimalField:
    return forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=0, max_digits=20, decimal_places=6, widget=UnfoldAdminDecimalFieldWidget
    )


class RestoreForm(ReasonForm):
    charge = forms.CharField(
        label=gettext_lazy("Charge"), max_length=40, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Its number, as entries and usage show it."),
    )  # fmt: skip
    amount = _amount()

    def clean_charge(self) -> UUID:
        """The id behind `chg_…`, or written as a UUID."""
        try:
            return UUID(self.cleaned_data["charge"].strip().removeprefix("chg_"))
        except ValueError:
            raise ValidationError(_("This is not the number of a charge.")) from None


class TakeBackForm(ReasonForm):
    lot = forms.ChoiceField(label=gettext_lazy("Lot"), widget=UnfoldAdminSelectWidget)
    amount = _amount()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = queries.lots_in_burn_order(self.row.pk, self.at) if self.row and self.at else []
        tongue = wording.tongue(get_language())
        self.fields["lot"].choices = [  # type: ignore[attr-defined]
            (lot.public_id, " · ".join([
                str(lot.reason or lot.get_source_display()), wording.day(kst_date(lot.granted_at), tongue),
                money(lot.spare, self.row.currency),
            ]))
            for lot in lots if lot.spare
        ]  # fmt: skip


class CorrectCredits(Verb):
    """A verb that corrects: what is above the setting waits for a second person."""

    tone, icon = "", "undo"
    permission = "credits.propose_correction"
    kind: CorrectionKind

    def run(self, row: Account, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        wanted = Wanted(self.kind, given["amount"], charge=given.get("charge"), lot_id=given.get("lot", ""))
        key = f"staff:{given['nonce']}"
        done = corrections.propose(row.pk, wanted, reason=given["reason"], by=by, at=at, key=key)
        if done.status == CorrectionStatus.PROPOSED:
            return Done(_("Proposed; a second person has to approve it."), result=done)
        return Done(_("The credits are corrected."), result=done)

    def rows(self, row: Account, done: Done, *, at: datetime) -> list[Row]:
        correction: Correction = done.result
        if correction.status == CorrectionStatus.PROPOSED:
            return [Row(_("Waits for a second person"), money(correction.amount, row.currency))]
        return corrected(correction, at)


def corrected(row: Correction, at: datetime) -> list[Row]:
    """What a correction moved, what of it was over at once, and what the member has now."""
    currency, lapsed = row.member.currency, lapsed_of(row)
    over = [Row(_("Expired at once, as the last day has passed"), money(lapsed, currency))] if lapsed else []
    return [
        Row(row.get_kind_display(), money(row.amount, currency)),
        *over,
        Row(_("Balance after"), money(queries.balance(row.member_id, at).total, currency)),
    ]


class RestoreCharge(CorrectCredits):
    name, label = "restore-charge", gettext_lazy("Restore a charge")
    form, kind = RestoreForm, CorrectionKind.RESTORE

    def sentence(self, row: Account, *, at: datetime) -> Text:
        return _(
            "So much of what the charge burned goes back to the lots it used, the last first, each with its own kind "
            "and last day. The usage itself stays as it is: where that is wrong, correct the usage. The member is told."
        )


class TakeBack(CorrectCredits):
    name, label = "take-back", gettext_lazy("Take back a mistaken grant")
    form, kind = TakeBackForm, CorrectionKind.TAKE_BACK

    def sentence(self, row: Account, *, at: datetime) -> Text:
        return _("So much of the lot is taken back. What has been used or is held stays. The member is told.")


AccountAdmin.parts.verbs += [RestoreCharge, TakeBack]


class Decide(Verb):
    """A decision of the second person."""

    permission = "credits.approve_correction"
    to: CorrectionStatus

    def refusal(self, row: Correction, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, CORRECTION_MOVES)


class Approve(Decide):
    name, label, tone, icon = "approve", gettext_lazy("Approve"), "primary", "check"
    to = CorrectionStatus.DONE

    def sentence(self, row: Correction, *, at: datetime) -> Text:
        facts = {"name": row.member.name, "amount": money(row.amount, row.member.currency), "reason": row.reason}
        return _("The credits of %(name)s are corrected by %(amount)s: %(reason)s") % facts

    def run(self, row: Correction, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = corrections.approve(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The credits are corrected."), result=done)

    def rows(self, row: Correction, done: Done, *, at: datetime) -> list[Row]:
        return corrected(done.result, at)


class Drop(Decide):
    name, label, icon = "drop", gettext_lazy("Do not correct"), "close"
    to = CorrectionStatus.DROPPED

    def sentence(self, row: Correction, *, at: datetime) -> Text:
        return _("Nothing is corrected, and the member is not told.")

    def run(self, row: Correction, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Dropped."), result=corrections.drop(row.public_id, reason=given["reason"], by=by, at=at))


@admin.register(Correction)
class CorrectionAdmin(OfMembersAdmin, CaseFileAdmin):
    parts = parts
    list_display = ("proposed_at", "member", "kind", "shown_amount", "shown_status", "proposed_by", "decided_by")
    list_display_links = ("proposed_at",)
    list_select_related = ("member", "proposed_by", "decided_by")
    list_filter = ("status", "kind", "proposed_at")
    verbs = (Approve, Drop)

    def headline(self, row: Correction, at: datetime) -> str:
        """What shall be corrected, and how it stands."""
        facts = {
            "kind": row.get_kind_display(), "amount": money(row.amount, row.member.currency),
            "status": row.get_status_display(),
        }  # fmt: skip
        return _("%(kind)s: %(amount)s, %(status)s.") % facts

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, row: Correction) -> str:
        return money(row.amount, row.member.currency)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Correction) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES[CorrectionStatus(row.status)])


@parts.panel(10)
def facts(row: Correction, at: datetime) -> Panel:
    """Whose credits, what of them, why, and who decided."""
    about = (
        Fact(_("Lot"), row.lot.public_id, reverse("admin:credits_lot_change", args=[row.lot_id]))
        if row.lot
        else Fact(_("Charge"), f"chg_{row.charge.hex}" if row.charge else "–")
    )
    known = [
        Fact(_("Member"), row.member, reverse("admin:accounts_member_change", args=[row.member_id])),
        Fact(_("Amount"), money(row.amount, row.member.currency)),
        about,
        Fact(_("Reason"), row.reason),
        Fact(_("Proposed by"), row.proposed_by or "–"),
        Fact(_("Proposed at"), row.proposed_at),
        Fact(_("Decided by"), row.decided_by or "–"),
        Fact(_("Decided at"), row.decided_at or "–"),
        Fact(_("Balance before and after"), _("why it is what it is"), explorer_url(row.member_id, row.decided_at)),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.source
def deeds(row: Correction, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)
