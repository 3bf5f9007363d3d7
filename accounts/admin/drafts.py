"""What staff can do with documents and drafts of the terms: draft, change, publish, throw away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.enums import ONE_VERSION, MemberStatus
from accounts.errors import NotADraft
from accounts.models import Document, Member, Version
from accounts.queries.amendments import days_of_notice, earliest_day, silence_counts
from accounts.services import amendments, drafting
from accounts.services.drafting import Draft
from upstage_console.kernel import wording
from upstage_console.kernel.admin import Done, NoReasonForm, ReasonForm, Row, Text, Verb
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, Refusal


def day(value: Any) -> str:
    """A day in the reader's language."""
    return wording.day(value, wording.tongue(get_language()))


class DraftNext(Verb):
    name, label, tone = "draft", gettext_lazy("Draft the next version"), "primary"
    permission = "accounts.change_version"
    form = NoReasonForm

    def refusal(self, row: Document, *, at: datetime) -> Refusal | None:
        return NotADraft() if row.kind in ONE_VERSION else None

    def sentence(self, row: Document, *, at: datetime) -> Text:
        return _(
            "A copy of the newest version of “%(title)s”, to be changed article by article. Nobody sees it yet."
        ) % {"title": row.title}

    def run(self, row: Document, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        draft = drafting.draft_next(row.pk, by=by, at=at)
        return Done(_("The draft stands among the versions below."), result=draft)

    def rows(self, row: Document, done: Done, *, at: datetime) -> Iterable[Row]:
        return [Row(_("Takes effect, for now"), day(done.result.effective_on))]


class NewDocumentForm(ReasonForm):
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=32, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Part of its address and of its clauses: service-ocr."),
    )  # fmt: skip
    title_ko = forms.CharField(label=gettext_lazy("Title (Korean)"), max_length=120, widget=UnfoldAdminTextInputWidget)
    title_en = forms.CharField(label=gettext_lazy("Title (English)"), max_length=120, widget=UnfoldAdminTextInputWidget)
    service = forms.SlugField(
        label=gettext_lazy("Code of the service"), max_length=40, widget=UnfoldAdminTextInputWidget
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Document.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a document of this code."))
        return code


class NewServiceTerms(Verb):
    name, label = "service-terms", gettext_lazy("Terms of an individual service")
    permission = "accounts.change_version"
    form = NewDocumentForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("A new document. It prevails over the general terms for the service it is about.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        said = {name: given[name] for name in ("code", "title_ko", "title_en", "service", "reason")}
        document = drafting.new_document(**said, by=by, at=at)
        drafting.draft_next(document.pk, by=by, at=at)
        return Done(_("The document has an empty draft: write its articles."), result=document)


class DraftForm(NoReasonForm):
    effective_on = forms.DateField(label=gettext_lazy("Takes effect on"), widget=UnfoldAdminDateWidget)
    is_adverse = forms.BooleanField(
        label=gettext_lazy("Adverse or material"), required=False, widget=UnfoldBooleanWidget,
        help_text=gettext_lazy("One clause that is adverse to members makes it so: 30 clear days instead of 7."),
    )  # fmt: skip
    reason_ko = forms.CharField(
        label=gettext_lazy("Why it changes (Korean)"), required=False, max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Every member reads this in the notice."),
    )  # fmt: skip
    reason_en = forms.CharField(
        label=gettext_lazy("Why it changes (English)"), required=False, max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )  # fmt: skip
    closing_ko = forms.CharField(
        label=gettext_lazy("Closing provisions (Korean)"), required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )  # fmt: skip
    closing_en = forms.CharField(
        label=gettext_lazy("Closing provisions (English)"), required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )  # fmt: skip


class DraftVerb(Verb):
    """A verb of a version that is not published yet."""

    permission = "accounts.change_version"

    def refusal(self, row: Version, *, at: datetime) -> Refusal | None:
        return NotADraft() if row.published_at is not None else None


class ChangeDraft(DraftVerb):
    name, label = "change", gettext_lazy("Day, reason, adverse or not")
    form = DraftForm
    said = ("effective_on", "is_adverse", "reason_ko", "reason_en", "closing_ko", "closing_en")

    def sentence(self, row: Version, *, at: datetime) -> Text:
        return _("Announced today, it needs %(days)s clear days of notice: %(earliest)s at the earliest.") % {
            "days": days_of_notice(row),
            "earliest": day(earliest_day(row, announced=kst_date(at))),
        }

    def initial(self, row: Version, *, at: datetime) -> Mapping[str, Any]:
        return {name: getattr(row, name) for name in self.said}

    def run(self, row: Version, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        draft = Draft(**{name: given[name] for name in self.said})
        return Done(_("The draft is changed."), result=drafting.change(row.pk, draft, by=by, at=at))

    def rows(self, row: Version, done: Done, *, at: datetime) -> Iterable[Row]:
        after: Version = done.result
        earliest = earliest_day(after, announced=kst_date(at))
        is_late = after.effective_on >= earliest
        told = _("in time, if it is announced today") if is_late else _("too early, if it is announced today")
        return [
            Row(_("Takes effect"), day(after.effective_on), before=day(row.effective_on)),
            Row(_("Earliest lawful day"), f"{day(earliest)} · {told}"),
        ]


class Publish(DraftVerb):
    name, label, tone = "publish", gettext_lazy("Publish"), "primary"
    permission = "accounts.publish_version"

    def sentence(self, row: Version, *, at: datetime) -> Text:
        return _(
            "It is announced on the notice board at once and every active member is told within minutes. From then on "
            "not a word of it can be changed."
        )

    def run(self, row: Version, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        found = amendments.publish(row.pk, by=by, at=at, reason=given["reason"])
        return Done(_("It is published; members are being told."), result=found)

    def rows(self, row: Version, done: Done, *, at: datetime) -> Iterable[Row]:
        found: amendments.Published = done.result
        members = Member.objects.filter(status=MemberStatus.ACTIVE).count()
        counts = silence_counts(found.version, announced=kst_date(at))
        silence = _("is acceptance; the notice says so") if counts else _("binds nobody")
        told = found.told
        return [
            Row(_("Takes effect"), day(found.version.effective_on)),
            Row(_("Earliest lawful day"), day(found.earliest_on)),
            Row(_("Paid services"), _("from %(day)s") % {"day": day(found.paid_from)}),
            Row(_("Silence"), silence),
            *self._notices(row, members, told),
        ]

    def _notices(self, row: Version, members: int, told: Any) -> list[Row]:
        if row.document.required_of == "customer":
            members = 0
        return [
            Row(_("Members told"), f"{members:,}"),
            Row(_("Notice (Korean)"), f"{told.subject_ko} — {told.body_ko}"),
            Row(_("Notice (English)"), f"{told.subject_en} — {told.body_en}"),
        ]


class Discard(DraftVerb):
    name, label, tone = "discard", gettext_lazy("Throw the draft away"), "danger"

    def sentence(self, row: Version, *, at: datetime) -> Text:
        return _("The draft and every word in it are gone.")

    def run(self, row: Version, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        if not Version.objects.filter(pk=row.pk).exists():
            raise AlreadyDone
        drafting.discard(row.pk, by=by, at=at, reason=given["reason"])
        return Done(_("The draft is gone."))
