"""What staff do with a contract's promises, on its case file: agree, record what stood still, measure a month."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from contracts.admin import service_fields as fields
from contracts.admin.contract_parts import SERVICE, parts
from contracts.enums import BOUND_STATES, CaseAbout, OutageCause, Severity, SupportDays
from contracts.errors import NotConcluded
from contracts.models import Contract, ThirdParty
from contracts.models.service_levels import PROVEN
from contracts.queries import service_levels as queries
from contracts.services import cases, outages, reports, service_levels, support
from contracts.services.cases import Asked
from contracts.services.outages import Stood
from contracts.services.service_levels import MAINTENANCE_NOTICE_HOURS
from upstage_console.kernel import wording
from upstage_console.kernel.admin import Done, Fact, Panel, ReasonForm, Row, Text, Verb
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.figures import grouped


class OfConcluded(Verb):
    """A verb of a contract that came into being."""

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        if row.status in BOUND_STATES:
            return None
        return NotConcluded(facts={"contract": row.title})


class LevelForm(ReasonForm):
    target = fields.percent(gettext_lazy("Availability"), help_text=gettext_lazy("Percent of a month."))
    ladder = fields.area(
        gettext_lazy("Steps"), rows=3, required=False,
        help_text=gettext_lazy("One a line, such as “99.5 5”: below 99.5 percent, 5 percent of the month's flat fees."),
    )  # fmt: skip
    cap_percent = fields.percent(gettext_lazy("At most"), initial=100)
    notice_hours = fields.whole(gettext_lazy("Notice of maintenance, in hours"), initial=MAINTENANCE_NOTICE_HOURS)
    minimum_minutes = fields.whole(gettext_lazy("Shortest outage that counts, in minutes"), initial=0)
    excludes_third_party = forms.BooleanField(
        label=gettext_lazy("Outages of third parties are left out"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    claim_days = fields.whole(
        gettext_lazy("Days to claim a credit"), least=1, required=False,
        help_text=gettext_lazy("Empty: credits are given without a claim."),
    )  # fmt: skip
    effective_on = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("The first of a month. Empty: from the beginning."),
    )  # fmt: skip

    def clean_ladder(self) -> list[Any]:
        return fields.steps(self.cleaned_data["ladder"])


class AgreeLevel(Verb):
    name, label, icon = "agree-level", gettext_lazy("Enter a service level"), "speed"
    permission, form = "contracts.agree_servicelevel", LevelForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("A new version of what was agreed about availability; months measured before stay as they are.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        names = ("target", "ladder", "cap_percent", "notice_hours", "minimum_minutes", "excludes_third_party",
                 "claim_days")  # fmt: skip
        agreed = service_levels.Agreed(**{name: given[name] for name in names})
        level = service_levels.agree(
            row.public_id, agreed, effective_on=given["effective_on"], reason=given["reason"], by=by, at=at
        )
        return Done(_("The service level is entered."), result=level)


class SupportForm(ReasonForm):
    hours = fields.line(
        gettext_lazy("Hours"), initial="09:00-18:00",
        help_text=gettext_lazy("In Korean time, several with commas: 09:00-12:00, 13:00-18:00"),
    )  # fmt: skip
    days = forms.ChoiceField(
        label=pgettext_lazy("support", "Days"), choices=SupportDays, widget=UnfoldAdminSelectWidget
    )
    targets = fields.area(
        gettext_lazy("Targets"), rows=4,
        help_text=gettext_lazy("One a line, such as “critical 60 480”: severity, minutes to answer, minutes to fix."),
    )  # fmt: skip

    def clean_hours(self) -> list[str]:
        return fields.hours(self.cleaned_data["hours"])

    def clean_targets(self) -> dict[Severity, support.Target]:
        rows = [written.split() for written in self.cleaned_data["targets"].splitlines() if written.strip()]
        try:
            return {Severity(name): support.Target(int(respond), int(resolve)) for name, respond, resolve in rows}
        except ValueError as error:
            raise ValidationError(_("One a line, such as: critical 60 480")) from error


class AgreeSupport(Verb):
    name, label, icon = "agree-support", gettext_lazy("Enter support"), "support_agent"
    permission, form = "contracts.agree_servicelevel", SupportForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("A new version of hours and targets: cases that are opened from now on keep it.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        agreed = support.Agreed(given["hours"], SupportDays(given["days"]), given["targets"])
        policy = support.agree(row.public_id, agreed, reason=given["reason"], by=by, at=at)
        return Done(_("The support is entered."), result=policy)


class OutageForm(fields.SpanForm):
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), choices=OutageCause, widget=UnfoldAdminSelectWidget)
    third_party = forms.ModelChoiceField(
        label=gettext_lazy("Third party"), queryset=ThirdParty.objects.none(), required=False,
        widget=UnfoldAdminSelectWidget, help_text=gettext_lazy("Whose outage it was, of those that are listed."),
    )  # fmt: skip
    what = fields.line(gettext_lazy("What stood still"), required=False)
    evidence = fields.area(
        gettext_lazy("Evidence"), 2000, rows=3, required=False,
        help_text=gettext_lazy("Needed for what leaves the scope: force majeure, third parties, the customer."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = self.row.third_parties.filter(ended_at__isnull=True).order_by("name")
        self.fields["third_party"].queryset = used  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("cause") in PROVEN and not wording.is_visible(given.get("evidence", "")):
            self.add_error("evidence", _("Say what proves it."))
        if given.get("third_party") and given.get("cause") != OutageCause.THIRD_PARTY:
            self.add_error("third_party", _("It is named where its outage is the cause."))
        return given


class RecordOutage(OfConcluded):
    name, label, icon = "record-outage", gettext_lazy("Record an outage"), "power_off"
    permission, form = "contracts.record_outage", OutageForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The customer is told. What it counts for is worked out; planned work counts as announced now.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        stood = Stood(
            OutageForm.span(given), OutageCause(given["cause"]), given["what"], given["evidence"],
            third_party=given["third_party"],
        )  # fmt: skip
        outage = outages.record(row.public_id, stood, reason=given["reason"], by=by, at=at)
        return Done(_("The outage is recorded."), result=outage)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Counted minutes"), grouped(queries.counted_minutes(done.result)))]


class MonthForm(ReasonForm):
    month = forms.DateField(
        label=gettext_lazy("Month"), widget=UnfoldAdminDateWidget, help_text=gettext_lazy("Any day of it.")
    )


class MeasureMonth(OfConcluded):
    name, label, icon = "measure-month", gettext_lazy("Measure a month"), "monitoring"
    permission, form = "contracts.approve_servicelevelreport", MonthForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The month is measured as things stand; the customer sees it once the report is approved.")

    def initial(self, row: Contract, *, at: datetime) -> Mapping[str, Any]:
        return {"month": months_later(month_of(kst_date(at)), -1)}

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        report = reports.measure(row.public_id, given["month"], by=by, at=at)
        return Done(_("The month is measured."), result=report)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        language = wording.tongue(get_language())
        return [
            Row(_("Availability"), f"{grouped(done.result.availability)} %"),
            Row(pgettext("service level", "Credit"), wording.money(done.result.credit, row.currency, language)),
            Row(_("Why"), done.result.why[language]),
        ]


class CaseForm(ReasonForm):
    about = forms.ChoiceField(label=gettext_lazy("About"), choices=CaseAbout, widget=UnfoldAdminSelectWidget)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), choices=Severity, widget=UnfoldAdminSelectWidget)
    subject = fields.line(pgettext_lazy("case", "Subject"))
    text = fields.area(gettext_lazy("What the customer says"), required=False)


class OpenCase(OfConcluded):
    name, label, icon = "open-case", gettext_lazy("Open a support case"), "support"
    permission, form = "contracts.handle_case", CaseForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("For a customer who called or wrote: both clocks begin now.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        asked = Asked(Severity(given["severity"]), given["subject"], given["text"], CaseAbout(given["about"]))
        return Done(_("The case is open."), result=cases.open_case(row.public_id, asked, by=by, at=at))


SERVICE.verbs += [OpenCase, RecordOutage, MeasureMonth, AgreeLevel, AgreeSupport]


@parts.panel(30)
def promised(row: Contract, at: datetime) -> Panel | None:
    """What holds now for availability and support."""
    level, policy = queries.level_now(row, kst_date(at)), row.support_policies.order_by("-version").first()
    known = []
    if level is not None:
        url = reverse("contract-service-levels", args=[row.public_id])
        known += [Fact(_("Availability"), f"{grouped(level.target)} %", url), Fact(_("Steps"), _ladder(level) or "–")]
    if policy is not None:
        known += [Fact(_("Support"), f"{', '.join(policy.hours)} · {policy.get_days_display()}")]
        known += [Fact(str(one.get_severity_display()), _("%(respond)s min to answer, %(resolve)s min to fix")
                       % {"respond": one.respond, "resolve": one.resolve}) for one in policy.targets.all()]  # fmt: skip
    return Panel(_("Service levels"), "admin/case/facts.html", {"facts": known}) if known else None


def _ladder(level: Any) -> str:
    steps = [f"< {grouped(step.below)} %: {grouped(step.percent)} %" for step in level.credits.steps]
    return fields.joined(steps)
