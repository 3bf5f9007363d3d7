"""What staff can do for members."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.enums import MEMBER_MOVES, Language, MemberStatus
from accounts.errors import NotVerified
from accounts.models import Member, RegistrationHold
from accounts.queries import clauses, registration_hold
from accounts.rules.membership import GROUNDS_OF_REFUSAL
from accounts.services import profile, registration
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, ReasonForm, Row, Text, Verb, no_move
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.errors import AlreadyDone, Refusal


class AnswerVerb(Verb):
    """A verb that answers an application."""

    permission = "accounts.answer_application"
    to: MemberStatus

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return NotVerified() if row.status == MemberStatus.APPLIED else no_move(row.status, self.to, MEMBER_MOVES)


class Accept(AnswerVerb):
    name, label, tone, to = "accept", gettext_lazy("Accept"), "primary", MemberStatus.ACTIVE

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("%(name)s becomes a member now and can use every service.") % {"name": row.name}

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        member = registration.accept_held(row.pk, by=by, at=at, reason=given["reason"])
        return Done(_("%(name)s is a member now.") % {"name": member.name}, result=member)


class RejectForm(ReasonForm):
    ground = forms.TypedChoiceField(
        label=gettext_lazy("Ground (Article 3, paragraph 3)"), coerce=int,
        widget=UnfoldAdminRadioSelectWidget,
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=ReasonForm.base_fields["reason"].widget,
        help_text=gettext_lazy("The applicant reads this in the mail."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = clauses([f"upstage/3.3.{ground}" for ground in GROUNDS_OF_REFUSAL], self.at or clock.now())
        texts = {ground: shown.get(f"upstage/3.3.{ground}") for ground in GROUNDS_OF_REFUSAL}
        choices = [(ground, f"{ground}. {local(text, 'digest') if text else ''}") for ground, text in texts.items()]
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]


class Reject(AnswerVerb):
    name, label, tone, to = "reject", gettext_lazy("Refuse"), "danger", MemberStatus.REJECTED
    form = RejectForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("The application of %(name)s is refused, and the mail says on which ground.") % {"name": row.name}

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        member = registration.reject_held(row.pk, ground=given["ground"], reason=given["reason"], by=by, at=at)
        return Done(_("The application of %(name)s is refused.") % {"name": member.name}, result=member)


class ContactForm(ReasonForm):
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=20, required=False, widget=UnfoldAdminTextInputWidget
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of our messages"), choices=Language, widget=UnfoldAdminSelectWidget
    )


class ChangeContact(Verb):
    name, label = "contact", gettext_lazy("Change phone or language")
    permission = "accounts.change_member"
    form = ContactForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("On the member's request. Every message from now on is written in the language chosen here.")

    def initial(self, row: Member, *, at: datetime) -> Mapping[str, Any]:
        return {"phone": row.phone, "language": row.language}

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        changes = {"phone": given["phone"], "language": given["language"]}
        if changes == self.initial(row, at=at):
            raise AlreadyDone
        member = profile.change(row.pk, **changes, by=by, at=at, reason=given["reason"])
        return Done(_("The information is changed."), result=member)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        after: Member = done.result
        return [
            Row(_("Phone"), before=row.phone, after=after.phone),
            Row(_("Language"), before=_language(row), after=_language(after)),
        ]


def _language(member: Member) -> str:
    return str(Language(member.language).label)


class HoldForm(ReasonForm):
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground (Article 3, paragraph 1)"), choices=RegistrationHold.Reason,
        initial=RegistrationHold.Reason.FACILITIES, widget=UnfoldAdminSelectWidget,
    )  # fmt: skip


class HoldRegistrations(Verb):
    name, label, tone = "hold", gettext_lazy("Hold acceptance"), "danger"
    permission = "accounts.hold_registrations"
    form = HoldForm

    def refusal(self, row: None, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if registration_hold() else None

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("New applicants wait, and are told so, until you resume. Each becomes a task that staff decide.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        hold = registration.hold(reason=given["ground"], note=given["reason"], by=by, at=at)
        return Done(_("New applications are held from now on."), result=hold)


class ResumeRegistrations(Verb):
    name, label, tone = "resume", gettext_lazy("Resume acceptance"), "primary"
    permission = "accounts.hold_registrations"

    def refusal(self, row: None, *, at: datetime) -> Refusal | None:
        return None if registration_hold() else AlreadyDone()

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("New applicants are accepted at once again. Whoever waits stays in the queue until staff decide.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        registration.resume(by=by, at=at, reason=given["reason"])
        return Done(_("New applicants are accepted at once again."))
