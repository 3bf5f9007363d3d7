"""The refund policy at the desk: its versions, and posting the next one (upstage/20.5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextareaWidget

from billing.admin.proposals import day
from billing.models import RefundPolicy
from billing.queries import refund_policies as queries
from billing.services import refund_policies
from billing.services.refund_policies import Text as PolicyText
from upstage_console.kernel.admin import Done, ReasonForm, Row, ServiceActionAdmin, Text, Verb
from upstage_console.kernel.calendars import kst_date


class PolicyForm(ReasonForm):
    effective_on = forms.DateField(label=gettext_lazy("Effective on"), widget=UnfoldAdminDateWidget)
    text_ko = forms.CharField(
        label=gettext_lazy("Text (Korean)"), max_length=4000, widget=UnfoldAdminTextareaWidget,
        help_text=gettext_lazy("The Korean text is the one that binds."),
    )  # fmt: skip
    text_en = forms.CharField(
        label=gettext_lazy("Text (English)"), max_length=4000, widget=UnfoldAdminTextareaWidget
    )  # fmt: skip

    field_order = ["effective_on", "text_ko", "text_en", "reason"]


class PostPolicy(Verb):
    name, label, tone = "post", gettext_lazy("Post a refund policy"), "primary"
    permission = "billing.add_refundpolicy"
    form = PolicyForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _(
            "From its day on this text is posted and shown before every purchase; what was bought before keeps its "
            "own. What is refunded follows the rules and settings of the console: a text that grants more needs them."
        )

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        tomorrow = kst_date(at) + timedelta(days=1)
        now = queries.in_force(tomorrow)
        return {"effective_on": tomorrow, "text_ko": now.ko, "text_en": now.en}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        text = PolicyText(given["text_ko"], given["text_en"])
        made = refund_policies.post(
            text=text, effective_on=given["effective_on"], reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The refund policy is posted."), result=made)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        made: RefundPolicy = done.result
        before = queries.in_force(made.effective_on - timedelta(days=1))
        return [
            Row(_("Effective on"), after=day(made.effective_on)),
            Row(_("Text (Korean)"), before=before.ko, after=made.text_ko),
            Row(_("Text (English)"), before=before.en, after=made.text_en),
        ]


@admin.register(RefundPolicy)
class RefundPolicyAdmin(ServiceActionAdmin):
    list_display = ("version", "effective_on", "posted_at", "posted_by", "reason")
    list_select_related = ("posted_by",)
    list_verbs = (PostPolicy,)
