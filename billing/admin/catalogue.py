"""The catalogue: services and their stages, meters, and prices that are added and never changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from billing.enums import AddOnKind, Stage
from billing.models import AddOn, Meter, Price, Service
from billing.queries.price_effect import Effect, effect
from billing.rules import rating
from billing.rules.steps import Step, every
from billing.services import catalogue
from billing.services.catalogue import AddOnLine
from upstage_console.kernel.admin import (
    Done,
    ReadOnlyRows,
    ReasonForm,
    Row,
    ServiceActionAdmin,
    Text,
    Verb,
    cells,
)
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.money import CURRENCIES
from upstage_console.kernel.wording import day, money, tongue, written


class PriceForm(ReasonForm):
    meter = forms.ModelChoiceField(
        label=gettext_lazy("Meter"), queryset=Meter.objects.select_related("service"), widget=UnfoldAdminSelectWidget
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, code) for code in CURRENCIES], widget=UnfoldAdminSelectWidget
    )
    unit_price = forms.DecimalField(
        label=gettext_lazy("Price"), min_value=0, max_digits=20, decimal_places=6, widget=UnfoldAdminDecimalFieldWidget
    )
    per = forms.IntegerField(label=gettext_lazy("For so many units"), min_value=1, widget=UnfoldAdminIntegerFieldWidget)
    effective_on = forms.DateField(label=gettext_lazy("Effective on"), widget=UnfoldAdminDateWidget)
    further = forms.CharField(
        label=gettext_lazy("Further steps"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line: after how many units of a member's month; the price from there on, as 1000; 8. The price "
            "above is that of the first units. A price with steps begins on the first of a month."
        ),
    )  # fmt: skip
    add_ons = forms.CharField(
        label=gettext_lazy("Add-ons"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line: code; Korean name; English name; +50% or −25% of the price, or an amount for as many "
            "units, as 3."
        ),
    )  # fmt: skip

    def clean_add_ons(self) -> list[AddOnLine]:
        return [_line(line) for line in _lines(self.cleaned_data["add_ons"])]

    def clean_further(self) -> list[Step]:
        return [_step(line) for line in _lines(self.cleaned_data["further"])]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _step(text: str) -> Step:
    """`1000; 8`"""
    parts = [_number(part.strip().replace(",", "")) for part in text.split(";")]
    if len(parts) != 2:
        raise forms.ValidationError(_("Write units; price: %(line)s") % {"line": text})
    return Step(*parts)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace("−", "-"))
    except InvalidOperation:
        raise forms.ValidationError(_("%(value)s is no number.") % {"value": text}) from None


def _line(text: str) -> AddOnLine:
    """`fast; 빠른 처리; Express; +50%`"""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) != 4 or not all(parts):
        raise forms.ValidationError(_("Write code; Korean name; English name; value: %(line)s") % {"line": text})
    code, name_ko, name_en, value = parts
    kind = AddOnKind.PERCENT if value.endswith("%") else AddOnKind.PER_UNIT
    return AddOnLine(code, _number(value.removesuffix("%")), kind, name_ko, name_en)


class SetPrice(Verb):
    name, label, tone = "set-price", gettext_lazy("Set a new price"), "primary"
    permission = "billing.add_price"
    form = PriceForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Usage from that day on costs the new price. What was used before keeps the price of its own time.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"currency": "KRW", "per": 1, "effective_on": kst_date(at) + timedelta(days=1)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        names = ("currency", "unit_price", "per", "effective_on", "further", "add_ons", "reason")
        chosen = {name: given[name] for name in names}
        price = catalogue.set_price(meter_id=given["meter"].pk, **chosen, by=by, at=at)
        return Done(_("The price is set."), result=price)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        price: Price = done.result
        earlier = (
            Price.objects.listed()
            .filter(meter=price.meter, currency=price.currency, effective_on__lt=price.effective_on)
            .order_by("-effective_on")
        )
        before = earlier.first()
        label = f"{price.meter} · {day(price.effective_on, tongue(get_language()))}"
        found = effect(price, kst_date(at))
        rows = [Row(label, before=str(before) if before else "", after=str(price))]
        rows += _steps(price)
        rows += [
            Row(_("Add-on %(code)s") % {"code": one.code}, after=_value(one)) for one in price.add_ons.order_by("code")
        ]
        return rows + _effect(found, price.currency)


def _steps(price: Price) -> list[Row]:
    """A line for each step: for which units of the month, at what."""
    language = tongue(get_language())
    return [
        Row(getattr(step, language), after=money(step.price, price.currency, language)) for step in every(price.steps)
    ]


def _value(one: AddOn) -> str:
    return f"{one.value.normalize():+f}" + ("%" if one.kind == AddOnKind.PERCENT else "")


def _effect(found: Effect, currency: str) -> list[Row]:
    """What the price would have made of last month's use."""
    language = tongue(get_language())
    month = {"month": written(found.month, "month", language)}
    if not found.members:
        return [Row(_("Use of %(month)s") % month, before=_("none"), after=_("none"))]
    percent = "" if found.percent is None else f" ({found.percent:+f}%)"
    return [
        Row(
            _("Use of %(month)s: %(quantity)s") % {**month, "quantity": grouped(found.quantity)},
            before=money(found.before, currency, language),
            after=money(found.after, currency, language) + percent,
        ),
        Row(
            _("Members who used it: %(members)s") % {"members": found.members},
            after=_("%(dearer)s would have paid more (at most %(most)s), %(cheaper)s less")
            % {"dearer": found.dearer, "cheaper": found.cheaper, "most": money(found.most, currency, language)},
        ),
    ]


class MeterRows(ReadOnlyRows):
    model = Meter
    fields = ("code", "unit_ko", "unit_en")


class StageForm(ReasonForm):
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=Stage.choices, widget=UnfoldAdminSelectWidget)
    offered_until = forms.DateField(
        label=gettext_lazy("Offered until"), required=False, widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("The last day of a demo or beta; empty for a finished service."),
    )  # fmt: skip


class SetStage(Verb):
    name, label = "set-stage", gettext_lazy("Demo or beta")
    permission = "billing.change_service"
    form = StageForm

    def sentence(self, row: Service, *, at: datetime) -> Text:
        return _(
            "A demo or a beta is free, for a limited time and without warranty, and says so on its page; it may change "
            "or end without notice. A price can begin the day after it."
        )

    def initial(self, row: Service, *, at: datetime) -> Mapping[str, Any]:
        return {"stage": row.stage, "offered_until": row.offered_until}

    def run(self, row: Service, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("stage", "offered_until", "reason")}
        service = catalogue.set_stage(service_id=row.pk, **chosen, by=by, at=at)
        return Done(_("The stage is set."), result=service)

    def rows(self, row: Service, done: Done, *, at: datetime) -> list[Row]:
        service: Service = done.result
        after = service.get_stage_display()
        until = f" → {day(service.offered_until, tongue(get_language()))}" if service.offered_until else ""
        return [Row(str(service), before=row.get_stage_display(), after=f"{after}{until}")]


@admin.register(Service)
class ServiceAdmin(ServiceActionAdmin):
    list_display = ("code", "name_ko", "name_en", "category", "stage", "offered_until", "is_listed", "position")
    list_filter = ("category", "stage", "is_listed")
    search_fields = ("code", "name_ko", "name_en")
    inlines = (MeterRows,)
    verbs = (SetStage,)


class AddOnRows(ReadOnlyRows):
    model = AddOn
    fields = ("code", "name_ko", "name_en", "kind", "value")


@admin.register(Price)
class PriceAdmin(ServiceActionAdmin):
    list_display = ("meter", "currency", "shown_price", "per", "effective_on", "shown_label", "set_by", "reason")
    list_filter = (("base", admin.EmptyFieldListFilter), "currency", "meter__service", "effective_on")
    inlines = (AddOnRows,)
    list_select_related = ("meter__service", "set_by")
    list_verbs = (SetPrice,)
    readonly_fields = ("shown_parts",)
    exclude = ("parts",)

    @admin.display(description=gettext_lazy("price"), ordering="unit_price")
    def shown_price(self, price: Price) -> SafeString:
        shown = cells.cell("money", value=price.unit_price, currency=price.currency, is_exact=True)
        return format_html("{} …", shown) if price.steps else shown

    @admin.display(description=gettext_lazy("condition"), ordering="label_en")
    def shown_label(self, price: Price) -> str:
        return cells.local(price, "label")

    @admin.display(description=gettext_lazy("parts"))
    def shown_parts(self, price: Price) -> str:
        """Each thing that makes up the price, a line each."""
        language = tongue(get_language())
        return "\n".join(
            f"{rating.label(part, language)}: {money(part.price, price.currency, language)}"
            for part in rating.parts_of(price.parts)
        )
