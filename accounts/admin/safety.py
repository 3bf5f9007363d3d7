"""Stolen accounts, identity and information that only staff change: on the member's file and in a queue of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.admin import case
from accounts.admin.rows import OfMembersAdmin
from accounts.enums import CHANGE_MOVES, ChangeStatus, MemberKind
from accounts.models import ChangeRequest, Member
from accounts.queries.safety import is_locked
from accounts.services import change_requests, corrections, theft
from upstage_console.kernel.admin import (
    Done,
    Kind,
    ReasonForm,
    Row,
    Text,
    Verb,
    call_actions,
    call_kinds,
    cells,
    no_move,
)
from upstage_console.kernel.errors import AlreadyDone, Refusal

call_actions(
    {
        "member.stolen": gettext_lazy("Reported as stolen"),
        "member.verified": gettext_lazy("Identity verified"),
        "change.requested": gettext_lazy("Change of information asked for"),
        "change.approved": gettext_lazy("Change of information approved"),
        "change.declined": gettext_lazy("Change of information declined"),
    }
)
call_kinds(
    {change_requests.KIND: Kind(gettext_lazy("Request for a change"), verb=gettext_lazy("Answer"), closes_itself=True)}
)
TONES = {ChangeStatus.REQUESTED: "warn", ChangeStatus.APPROVED: "good", ChangeStatus.DECLINED: ""}


class CloseStolen(Verb):
    name, label, tone = "stolen", gettext_lazy("Close as stolen"), "danger"
    permission = "accounts.lift_restriction"

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if is_locked(row, at=at) else None

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _(
            "The member told us in another way that the account was stolen. All sessions end, all keys are revoked, the"
            " password becomes invalid, and use is locked until somebody has verified who the member is."
        )

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        found = theft.report(row.pk, told=given["reason"], by=by, at=at)
        return Done(_("The account is locked, and a case is open."), result=found)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        return [
            Row(_("API keys revoked"), after=str(done.result.keys_revoked)),
            Row(_("Sessions ended"), after=str(done.result.sessions_ended)),
        ]


class VerifyForm(ReasonForm):
    reason = forms.CharField(
        label=gettext_lazy("How it was checked"), max_length=500, widget=ReasonForm.base_fields["reason"].widget,
        help_text=gettext_lazy("What you saw or asked, and by which way; never a copy of an identity card."),
    )  # fmt: skip
    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"), required=False, widget=UnfoldAdminEmailInputWidget,
        help_text=gettext_lazy("Where the mailbox was stolen, too. Empty: it stays."),
    )  # fmt: skip
    drop_second_factors = forms.BooleanField(
        label=gettext_lazy("Remove all second factors"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Where the thief may have set one up, or the owner has lost theirs."),
    )  # fmt: skip


class VerifyIdentity(Verb):
    name, label, tone = "verify-identity", gettext_lazy("Identity verified"), "primary"
    permission = "accounts.lift_restriction"
    form = VerifyForm

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return None if is_locked(row, at=at) else AlreadyDone()

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("The lock opens at once, and the case is decided. Revoked keys stay revoked.")

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("email", "drop_second_factors")}
        member = theft.verify_identity(row.pk, how=given["reason"], by=by, at=at, **chosen)
        return Done(_("The account is open again."), result=member)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        after = done.result.user.email
        return [Row(_("E-mail address"), before=row.user.email, after=after)] if after != row.user.email else []


class CorrectForm(ReasonForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, widget=UnfoldAdminTextInputWidget)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=MemberKind, widget=UnfoldAdminSelectWidget)
    born_on = forms.DateField(label=gettext_lazy("Date of birth"), required=False, widget=UnfoldAdminDateWidget)
    business_number = forms.CharField(
        label=gettext_lazy("Business registration number"), required=False, max_length=12,
        widget=UnfoldAdminTextInputWidget,
    )  # fmt: skip
    country = forms.CharField(
        label=gettext_lazy("Country"), min_length=2, max_length=2, widget=UnfoldAdminTextInputWidget
    )


class Correct(Verb):
    name, label = "correct", gettext_lazy("Correct information")
    permission = "accounts.change_member"
    form = CorrectForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("What decides who may be a member. The same checks as for an application; the member is told.")

    def initial(self, row: Member, *, at: datetime) -> Mapping[str, Any]:
        return {name: getattr(row, name) for name in corrections.FIELDS}

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        changes = {name: str(given[name]) for name in corrections.FIELDS if given[name]}
        member = corrections.correct(row.pk, changes, reason=given["reason"], by=by, at=at)
        return Done(_("The information is changed."), result=member)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        return changed_rows(row, done.result)


def changed_rows(before: Member, after: Member) -> list[Row]:
    """What a correction changes, field by field."""
    labels = dict(ChangeRequest.Field.choices)
    return [
        Row(labels[name], before=str(getattr(before, name) or "–"), after=str(getattr(after, name) or "–"))
        for name in corrections.FIELDS
        if getattr(before, name) != getattr(after, name)
    ]


case.member.verbs += [Correct, CloseStolen, VerifyIdentity]


class AnswerForm(ReasonForm):
    reason = forms.CharField(
        label=gettext_lazy("Answer"), max_length=500, widget=ReasonForm.base_fields["reason"].widget,
        help_text=gettext_lazy("How you checked it, or why not. Where you decline, the member reads this."),
    )  # fmt: skip


class AnswerVerb(Verb):
    """A verb that answers a request for a change."""

    permission = "accounts.answer_changerequest"
    to: ChangeStatus

    def refusal(self, row: ChangeRequest, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, CHANGE_MOVES)


class ApproveForm(AnswerForm):
    born_on = forms.DateField(
        label=gettext_lazy("Date of birth"), required=False, widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("Where a firm becomes an individual."),
    )  # fmt: skip
    business_number = forms.CharField(
        label=gettext_lazy("Business registration number"), required=False, max_length=12,
        widget=UnfoldAdminTextInputWidget, help_text=gettext_lazy("Where an individual becomes a firm in Korea."),
    )  # fmt: skip


class Approve(AnswerVerb):
    name, label, tone, to = "approve", gettext_lazy("Approve"), "primary", ChangeStatus.APPROVED
    form = ApproveForm

    def sentence(self, row: ChangeRequest, *, at: datetime) -> Text:
        return _("The information is changed as asked for, and the member is told.")

    def run(self, row: ChangeRequest, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        needed = {name: str(given[name]) for name in ("born_on", "business_number") if given[name]}
        more = needed if row.field == ChangeRequest.Field.KIND else {}
        done = change_requests.approve(row.pk, answer=given["reason"], more=more, by=by, at=at)
        return Done(_("The information is changed."), result=done)

    def rows(self, row: ChangeRequest, done: Done, *, at: datetime) -> list[Row]:
        return changed_rows(row.member, Member.objects.get(pk=row.member_id))


class Decline(AnswerVerb):
    name, label, tone, to = "decline", gettext_lazy("Decline"), "danger", ChangeStatus.DECLINED
    form = AnswerForm

    def sentence(self, row: ChangeRequest, *, at: datetime) -> Text:
        return _("Everything stays as it is, and the member is told why.")

    def run(self, row: ChangeRequest, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = change_requests.decline(row.pk, answer=given["reason"], by=by, at=at)
        return Done(_("The request is declined."), result=done)


@admin.register(ChangeRequest)
class ChangeRequestAdmin(OfMembersAdmin):
    list_display = ("requested_at", "member", "field", "value", "shown_status", "answered_at", "answered_by")
    list_display_links = ("requested_at",)
    list_filter = ("status", "field", "requested_at")
    list_select_related = ("member", "answered_by")
    ordering = ("answered_at", "requested_at")
    fields = ("public_id", "member", "field", "value", "reason", "status", "requested_at", "answered_at",
              "answered_by", "answer")  # fmt: skip
    verbs = (Approve, Decline)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: ChangeRequest) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES[ChangeStatus(row.status)])
