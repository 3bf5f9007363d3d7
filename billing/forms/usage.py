"""What the usage pages can be asked for."""

from datetime import date, timedelta
from typing import Self

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.queries.sums import Scope
from upstage_console.kernel.calendars import month_of, months_later

SPLITS = [("service", _("Service")), ("meter", _("Meter")), ("key", _("API key"))]
SPANS = [
    ("1", _("1 day")), ("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days")), ("month", _("This month")),
    ("last-month", _("The month before")),
]  # fmt: skip
STEPS = [("day", pgettext_lazy("usage", "by day")), ("hour", _("by hour"))]
MOST_HOURLY_DAYS = 7


class UsageFilter(forms.Form):
    """What the usage pages show; whatever they do not know falls back to 30 days by service, until today."""

    days = forms.ChoiceField(label=_("Days"), choices=SPANS, required=False)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
    split = forms.ChoiceField(label=_("Split by"), choices=SPLITS, required=False)
    step = forms.ChoiceField(label=_("Bars"), choices=STEPS, required=False)
    service = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    meter = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    @classmethod
    def asked(cls, query: QueryDict, *, today: date) -> Self:
        """The filter as the address asks for it."""
        form = cls({"days": "30", "split": "service", "step": "day", "until": today.isoformat()} | query.dict())
        form.full_clean()
        form.cleaned_data["until"] = form.cleaned_data.get("until") or today
        return form

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day."""
        last: date = self.cleaned_data["until"]
        days = self.cleaned_data.get("days") or "30"
        if days == "month":
            return month_of(last), last
        if days == "last-month":
            return months_later(month_of(last), -1), month_of(last) - timedelta(days=1)
        return last - timedelta(days=int(days) - 1), last

    @property
    def by(self) -> str:
        """What the figures are split by."""
        return self.cleaned_data.get("split") or "service"

    @property
    def is_hourly(self) -> bool:
        """Whether each bar is an hour: where that is asked for, and the days are few enough."""
        first, last = self.span
        return self.cleaned_data.get("step") == "hour" and (last - first).days < MOST_HOURLY_DAYS

    @property
    def is_too_long_for_hours(self) -> bool:
        """Whether hours were asked for of more days than they can be shown of."""
        return self.cleaned_data.get("step") == "hour" and not self.is_hourly

    def scope(self, member_id: int) -> Scope:
        """The use of this member that the filter asks for."""
        first, last = self.span
        narrowed = {name: self.cleaned_data.get(name) or "" for name in ("service", "meter", "key")}
        return Scope(member_id, first, last, **narrowed)
