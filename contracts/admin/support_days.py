"""Days on which support is open otherwise, at the desk: with the clocks of open cases that move (rift/8.1)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.admin import service_fields as fields
from contracts.admin.billing_forms import day_field
from contracts.admin.contract_billing import OfConcluded
from contracts.admin.contract_parts import SERVICE, parts
from contracts.admin.customers import day
from contracts.models import Contract
from contracts.queries.cases import policy_of
from contracts.services import support_days
from contracts.services.support_days import Excepted, Shifted
from upstage_console.kernel.admin import Done, Fact, Panel, ReasonForm, Row, Text
from upstage_console.kernel.calendars import kst_date

MOST_DAYS: Final = 31


class DaysForm(ReasonForm):
    from_on = day_field(gettext_lazy("From"), help_text=gettext_lazy("Tomorrow at the earliest."))
    until_on = day_field(
        gettext_lazy("Until the end of"), required=False, help_text=gettext_lazy("Empty: that one day.")
    )  # fmt: skip
    hours = fields.line(
        gettext_lazy("Hours"), required=False,
        help_text=gettext_lazy("Empty: closed. In Korean time, several with commas: 09:00-12:00, 13:00-18:00"),
    )  # fmt: skip

    def clean_hours(self) -> list[str]:
        return fields.hours(self.cleaned_data["hours"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = given.get("from_on"), given.get("until_on")
        if first and last and not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            self.add_error("until_on", _("At most %(most)s days, the last not before the first.") % {"most": MOST_DAYS})
        return given


def days_of(given: Mapping[str, Any]) -> dict[date, list[str]]:
    """Each day that the form names with its hours."""
    first: date = given["from_on"]
    length = ((given["until_on"] or first) - first).days
    return {first + timedelta(days=place): given["hours"] for place in range(length + 1)}


class ExceptDays(OfConcluded):
    name, label, icon = "support-days", gettext_lazy("Support is open otherwise on some days"), "event_busy"
    permission, form = "contracts.agree_servicelevel", DaysForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _(
            "A new version of the calendar: open cases go over to it, and the customer is told. What was missed "
            "or has stopped stays as it is."
        )

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = support_days.except_days(row.public_id, days_of(given), reason=given["reason"], by=by, at=at)
        return Done(_("The days are entered."), result=made)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        made: Excepted = done.result
        if not made.shifted:
            return [Row(_("Clocks of open cases"), after=_("none moves"))]
        return [_shown(one) for one in made.shifted]


def _shown(one: Shifted) -> Row:
    label = f"{one.case.subject} · {one.metric.label}"
    return Row(label, before=fields.at_words(one.before), after=fields.at_words(one.after))


SERVICE.verbs.append(ExceptDays)


@parts.panel(33)
def coming(row: Contract, at: datetime) -> Panel | None:
    """The days to come on which support is open otherwise."""
    policy = policy_of(row)
    exceptions = policy.exceptions if policy else {}
    told = [(date.fromisoformat(one), hours) for one, hours in sorted(exceptions.items())]
    known = [Fact(day(one), ", ".join(hours) or _("closed")) for one, hours in told if one >= kst_date(at)]
    return Panel(_("Support on other days"), "admin/case/facts.html", {"facts": known}) if known else None
