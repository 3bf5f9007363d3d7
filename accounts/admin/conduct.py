"""What a member's case file shows of conduct: what is restricted, the sanctions, the cases; and noting a report."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.admin.case import member
from accounts.admin.measures import ground_choices
from accounts.enums import CaseStatus
from accounts.models import Case, Member, Sanction
from accounts.queries import restrictions_of
from accounts.queries.standing import weightiest_first
from accounts.rules.sanctions import CONDUCT
from accounts.services import cases
from accounts.services.cases import MOST_SCORE, Told
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, Happening, NoReasonForm, Panel, Row, Text, Verb, label_of
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.calendars import last_day
from upstage_console.kernel.models import AuditEvent

SHOWN = 10
TONES = {"in_force": "danger", "proposed": "warn", "overturned": "good", "lifted": "good"}


def lines_of(sanctions: Iterable[Sanction]) -> list[dict[str, Any]]:
    """Sanctions as panels list them."""
    return [
        {
            "sanction": row, "url": reverse("admin:accounts_sanction_change", args=[row.pk]),
            "tone": TONES.get(row.status, ""), "until": last_day(row.ends_at) if row.ends_at else None,
        }
        for row in sanctions
    ]  # fmt: skip


@member.panel(15)
def restrictions(row: Member, at: datetime) -> Panel | None:
    """What is closed to the member now, each with its own sentence."""
    held = weightiest_first(restrictions_of(row.pk, at=at))
    shown = [{"restriction": one, "why": local(one, "why")} for one in held]
    return Panel(_("Restricted now"), "admin/case/restrictions.html", {"restrictions": shown}) if shown else None


@member.panel(40)
def sanctions(row: Member, at: datetime) -> Panel:
    """The measures, newest first."""
    url = f"{reverse('admin:accounts_sanction_changelist')}?member__id__exact={row.pk}"
    found = Sanction.objects.filter(member=row).order_by("-pk")[:SHOWN]
    return Panel(_("Sanctions"), "admin/case/sanctions.html", {"sanctions": lines_of(found)}, url)


@member.panel(42)
def open_cases(row: Member, at: datetime) -> Panel | None:
    """What the staff are looking into."""
    found = Case.objects.filter(member=row, status=CaseStatus.OPEN).order_by("-pk")[:SHOWN]
    shown = [{"case": one, "url": reverse("admin:accounts_case_change", args=[one.pk])} for one in found]
    if not shown:
        return None
    score = cases.score_of(row, at=at)
    url = f"{reverse('admin:accounts_case_changelist')}?member__id__exact={row.pk}"
    return Panel(_("Open cases"), "admin/case/cases.html", {"cases": shown, "score": score}, url)


def told(subjects: Collection[str], before: datetime, length: int) -> Iterable[Happening]:
    """What was done to any of these, newest first."""
    events = AuditEvent.objects.filter(subject__in=subjects, at__lt=before).select_related("actor")
    for event in events.order_by("-id")[:length]:
        by = str(event.actor) if event.actor else _("the system")
        yield Happening(
            at=event.at, what=label_of(event.action), kind="deed", by=by, detail=event.reason, clauses=event.clauses
        )  # fmt: skip


class ReportForm(NoReasonForm):
    """Conduct that may violate a duty of Article 7."""

    ground = forms.ChoiceField(label=gettext_lazy("Ground"), widget=UnfoldAdminSelectWidget)
    score = forms.IntegerField(
        label=gettext_lazy("Score"), min_value=1, max_value=MOST_SCORE, initial=1, widget=UnfoldAdminIntegerFieldWidget
    )
    text = forms.CharField(
        label=gettext_lazy("What was noticed"), max_length=5000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = ground_choices(CONDUCT, self.at or clock.now())
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]


class ReportConduct(Verb):
    name, label = "report", gettext_lazy("Note conduct")
    permission = "accounts.add_report"
    form = ReportForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("Reports add up to a score that proposes something to the staff. They restrict nobody by themselves.")

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        told = Told(ground=given["ground"], score=given["score"], text=given["text"])
        found = cases.report_conduct(row.pk, told, by=by, at=at)
        return Done(_("The report is noted."), result=found)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        before, after = cases.score_of(row, at=at) - done.result.report.score, done.result.score
        return [Row(_("Score"), before=str(before), after=str(after))]


member.verbs.append(ReportConduct)
