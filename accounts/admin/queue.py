"""Answering everybody who waits in one action: how many, who, whom a rule refuses, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminRadioSelectWidget, UnfoldBooleanWidget

from accounts.admin.verbs import HoldRegistrations, RejectForm, ResumeRegistrations
from accounts.enums import MemberStatus
from accounts.models import Member
from accounts.services import registration
from accounts.services.registration import Answer
from upstage_console.kernel.admin import Done, Effect, ReasonForm, Row, Text, Verb
from upstage_console.kernel.errors import AlreadyDone, Refusal

SHOWN = 100
"""How many of those who wait can be chosen one by one; "everybody" means all of them."""
SAMPLE = 10


def waiting() -> Any:
    """Who waits for an answer, the longest first."""
    return Member.objects.filter(status=MemberStatus.HELD).order_by("applied_at", "pk")


class WhomForm(ReasonForm):
    """Everybody who waits, or some of them."""

    whom = forms.ChoiceField(label=gettext_lazy("Whom"), widget=UnfoldAdminRadioSelectWidget, initial="all")
    chosen = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Chosen"), coerce=int, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Only where not everybody is meant; the longest waiting first."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = _("Everybody who waits (%(count)s)") % {"count": waiting().count()}
        self.fields["whom"].choices = [("all", everybody), ("chosen", _("Those chosen below"))]  # type: ignore[attr-defined]
        known = waiting()[:SHOWN].values_list("pk", "name", "applied_at")
        self.fields["chosen"].choices = [(pk, f"{name} · {on:%Y-%m-%d}") for pk, name, on in known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("whom") == "chosen" and not given.get("chosen"):
            self.add_error("chosen", _("Choose at least one."))
        return given


class RefuseManyForm(WhomForm, RejectForm):
    """With the ground and the reason each of them reads."""


class AnswerMany(Verb):
    """A verb that answers many applications; what it shows is short however many they are."""

    permission = "accounts.answer_application"
    form = WhomForm

    def refusal(self, row: None, *, at: datetime) -> Refusal | None:
        return None if waiting().exists() else AlreadyDone()

    def ids(self, given: Mapping[str, Any]) -> list[int]:
        """Whom the form means."""
        every = waiting().values_list("pk", flat=True)
        return list(every if given["whom"] == "all" else every.filter(pk__in=given["chosen"]))

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        return summary(done.result)

    def rehearse(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Effect:
        return shortened(super().rehearse(row, given=given, by=by, at=at))


def summary(answers: Sequence[Answer]) -> list[Row]:
    """How many, a sample of them, and everybody whom a rule refuses, with the reason."""
    taken = [one for one in answers if one.refusal is None]
    refused = [one for one in answers if one.refusal is not None]
    names = ", ".join(one.member.name for one in taken[:SAMPLE])
    more = f" … (+{len(taken) - SAMPLE})" if len(taken) > SAMPLE else ""
    return [
        Row(_("Answered"), after=str(len(taken))),
        Row(_("Who"), after=f"{names}{more}" or "–"),
        *(Row(_("Stays: %(name)s") % {"name": one.member.name}, after=str(one.refusal)) for one in refused),
    ]


def shortened(effect: Effect) -> Effect:
    """The first mail in each language stands for all of them, and the summary for what it sums up."""
    if effect.refusal is not None:
        return effect
    one_by_one = {_("State"), _("Closes a task"), _("Entry in the history")}
    own = [row for row in effect.rows if str(row.label) not in one_by_one]
    return replace(effect, rows=own, mails=effect.mails[:2])


def _told(answers: Sequence[Answer]) -> str:
    refused = [f"{one.member.name}: {one.refusal}" for one in answers if one.refusal is not None]
    count = len(answers) - len(refused)
    said = ngettext("%(count)s application is answered.", "%(count)s applications are answered.", count)
    return " ".join([said % {"count": count}, *refused])


class AcceptMany(AnswerMany):
    name, label, tone = "accept-all", gettext_lazy("Accept who waits"), "primary"

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Each of them is checked as on the day of application; whom a rule refuses stays in the queue.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        answers = registration.accept_many(self.ids(given), by=by, at=at, reason=given["reason"])
        return Done(_told(answers), result=answers)


class RefuseMany(AnswerMany):
    name, label, tone = "refuse-all", gettext_lazy("Refuse who waits"), "danger"
    form = RefuseManyForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Each of them is refused on one ground, and the mail says which, with your reason.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        ground, reason = given["ground"], given["reason"]
        answers = registration.reject_many(self.ids(given), ground=ground, reason=reason, by=by, at=at)
        return Done(_told(answers), result=answers)


class ResumeForm(ReasonForm):
    accept_all = forms.BooleanField(
        label=gettext_lazy("Accept everybody who waits as well"), required=False, widget=UnfoldBooleanWidget
    )


class ResumeAndAccept(ResumeRegistrations):
    """Ending the hold offers to accept the whole queue in the same action (upstage/3.1)."""

    form = ResumeForm

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = super().run(row, given=given, by=by, at=at)
        if not given["accept_all"]:
            return done
        ids = waiting().values_list("pk", flat=True)
        answers = registration.accept_many(ids, by=by, at=at, reason=given["reason"])
        return Done(f"{done.message} {_told(answers)}", result=answers)

    def rows(self, row: None, done: Done, *, at: datetime) -> Iterable[Row]:
        return summary(done.result) if done.result else [Row(_("Who waits"), after=str(waiting().count()))]

    def rehearse(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Effect:
        return shortened(super().rehearse(row, given=given, by=by, at=at))


LIST_VERBS = (HoldRegistrations, ResumeAndAccept, AcceptMany, RefuseMany)
