"""The queue of objections and statements: the member's words, the statement they are about, the decision."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from accounts.admin import sanctions as sanction_file
from accounts.admin.conduct import told
from accounts.admin.rows import OfMembersAdmin
from accounts.enums import ObjectionStatus
from accounts.errors import AlreadyDecided
from accounts.models import Objection
from accounts.services import objections
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    NoReasonForm,
    Panel,
    Text,
    Verb,
    cells,
)
from upstage_console.kernel.errors import Refusal

parts = CaseParts()
TONES = {"submitted": "warn", "upheld": "good", "rejected": "danger"}


class DecisionForm(NoReasonForm):
    """The decision, with the answer the member reads."""

    uphold = forms.TypedChoiceField(
        label=gettext_lazy("Decision"), coerce=lambda value: value == "yes", widget=UnfoldAdminRadioSelectWidget,
        choices=[("yes", gettext_lazy("Uphold: the measure was wrong")), ("no", gettext_lazy("Reject"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=gettext_lazy("Answer"), max_length=2000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("The member reads this as you write it."),
    )  # fmt: skip


class DecideObjection(Verb):
    name, label, tone = "decide", gettext_lazy("Decide"), "primary"
    permission = "accounts.decide_objection"
    form = DecisionForm

    def refusal(self, row: Objection, *, at: datetime) -> Refusal | None:
        return None if row.status == ObjectionStatus.SUBMITTED else AlreadyDecided()

    def sentence(self, row: Objection, *, at: datetime) -> Text:
        return _(
            "Whoever took part in the measure cannot decide. Upheld, the measure is undone and use is restored in the"
            " same moment; rejected, it stands."
        )

    def run(self, row: Objection, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        decided = objections.decide(row.pk, uphold=given["uphold"], answer=given["answer"], by=by, at=at)
        return Done(_("The objection is decided, and the member is told."), result=decided)


@admin.register(Objection)
class ObjectionAdmin(OfMembersAdmin, CaseFileAdmin):
    work = "sanctions"
    parts = parts
    list_display = ("submitted_at", "member", "shown_kind", "shown_status", "decided_at", "decided_by")
    list_display_links = ("submitted_at",)
    list_filter = ("status", "sanction__kind", "submitted_at")
    list_select_related = ("member", "sanction", "decided_by")
    ordering = ("decided_at", "submitted_at")
    verbs = (DecideObjection,)

    def headline(self, row: Objection, at: datetime) -> str:
        """Against what, and how it stands."""
        facts = {"name": row.member.name, "kind": row.sanction.get_kind_display(), "status": row.get_status_display()}
        return _("%(name)s objects to a measure (%(kind)s): %(status)s.") % facts

    @admin.display(description=gettext_lazy("measure"), ordering="sanction__kind")
    def shown_kind(self, row: Objection) -> str:
        return row.sanction.get_kind_display()

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Objection) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


@parts.panel(10)
def words(row: Objection, at: datetime) -> Panel:
    """What the member says, and what was answered."""
    return Panel(_("What the member says"), "admin/case/objection.html", {"objection": row})


@parts.panel(20)
def measure(row: Objection, at: datetime) -> Panel:
    """The measure it is about."""
    known = [
        Fact(_("Measure"), row.sanction.get_kind_display(),
             reverse("admin:accounts_sanction_change", args=[row.sanction_id])),
        Fact(_("Member"), row.member, reverse("admin:accounts_member_change", args=[row.member_id])),
        Fact(_("Decided by"), row.sanction.decided_by or "–"),
        Fact(_("Approved by"), row.sanction.approved_by or "–"),
        Fact(_("Last day to object"), row.sanction.object_until or "–"),
    ]  # fmt: skip
    return Panel(_("Measure"), "admin/case/facts.html", {"facts": known})


@parts.panel(30)
def statement(row: Objection, at: datetime) -> Panel | None:
    """The statement of reasons it answers."""
    return sanction_file.statement(row.sanction, at)


@parts.source
def deeds(row: Objection, before: datetime, length: int) -> Iterable[Happening]:
    """What was done to it and to its measure."""
    return told([row.public_id, row.sanction.public_id], before, length)
