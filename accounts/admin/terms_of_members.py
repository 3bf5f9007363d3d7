"""What staff decide about a member's terms: ending paid services or not (4.5), a separate agreement (5.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin.case import member
from accounts.errors import NothingToEnd
from accounts.models import Member
from accounts.queries.paid_endings import decision_about
from accounts.services import agreements, paid_services
from accounts.services.agreements import Agreement
from upstage_console.kernel.admin import Done, ReasonForm, Text, Verb
from upstage_console.kernel.errors import Refusal


class PaidEndingVerb(Verb):
    """A decision about a member who rejected a version whose last billing unit is over."""

    permission = "accounts.lift_restriction"

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return None if decision_about(row).exists() else NothingToEnd()


class EndPaidServices(PaidEndingVerb):
    name, label, tone = "end-paid", gettext_lazy("End paid services"), "danger"

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("%(name)s rejected the changed terms: paid services are closed from now on, free ones stay open.") % {
            "name": row.name
        }

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        restriction = paid_services.end(row.pk, reason=given["reason"], by=by, at=at)
        return Done(_("Paid services have ended for this member."), result=restriction)


class KeepPaidServices(PaidEndingVerb):
    name, label = "keep-paid", gettext_lazy("Keep paid services")

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("Paid services go on for %(name)s under the earlier version.") % {"name": row.name}

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(
            _("Paid services go on for this member."),
            result=paid_services.keep(row.pk, reason=given["reason"], by=by, at=at),
        )


class AgreementForm(ReasonForm):
    title_ko = forms.CharField(label=gettext_lazy("Title (Korean)"), max_length=120, widget=UnfoldAdminTextInputWidget)
    title_en = forms.CharField(
        label=gettext_lazy("Title (English)"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )
    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=UnfoldAdminDateWidget)
    service = forms.SlugField(
        label=gettext_lazy("Code of the service"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Empty: it holds for every service."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Text (Korean)"), max_length=20_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 10}),
        help_text=gettext_lazy("One clause per paragraph, with an empty line between two."),
    )  # fmt: skip
    file_sha256 = forms.RegexField(
        r"^[0-9a-fA-F]{64}$", label=gettext_lazy("SHA-256 of the signed file"), widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("64 hexadecimal digits; the file itself stays where contracts are kept."),
    )  # fmt: skip


class RecordAgreement(Verb):
    name, label = "agreement", gettext_lazy("Record a separate agreement")
    permission = "accounts.publish_version"
    form = AgreementForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("What was signed with %(name)s prevails over the terms from the day it was signed.") % {
            "name": row.name
        }

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        says = [(text.strip(), "") for text in given["text"].replace("\r", "").split("\n\n") if text.strip()]
        names = ("title_ko", "title_en", "signed_on", "service")
        agreement = Agreement(
            **{name: given[name] for name in names}, file_sha256=given["file_sha256"].lower(), says=says
        )
        version = agreements.record(row.pk, agreement, by=by, at=at, reason=given["reason"])
        return Done(_("The agreement is recorded."), result=version)


member.verbs += [EndPaidServices, KeepPaidServices, RecordAgreement]
