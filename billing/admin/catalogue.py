"""The catalogue: services, meters, and prices that are added and never changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from billing.models import Meter, Price, Service
from billing.services import catalogue
from upstage_console.kernel.admin import (
    Done,
    ReadOnlyAdmin,
    ReadOnlyRows,
    ReasonForm,
    Row,
    ServiceActionAdmin,
    Text,
    Verb,
    cells,
)
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.money import CURRENCIES


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


class SetPrice(Verb):
    name, label, tone = "set-price", gettext_lazy("Set a new price"), "primary"
    permission = "billing.add_price"
    form = PriceForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Usage from that day on costs the new price. What was used before keeps the price of its own time.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"currency": "KRW", "per": 1, "effective_on": kst_date(at) + timedelta(days=1)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("currency", "unit_price", "per", "effective_on", "reason")}
        price = catalogue.set_price(meter_id=given["meter"].pk, **chosen, by=by, at=at)
        return Done(_("The price is set."), result=price)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        price: Price = done.result
        earlier = Price.objects.listed().filter(
            meter=price.meter, currency=price.currency, effective_on__lt=price.effective_on
        ).order_by("-effective_on")
        before = earlier.first()
        label = f"{price.meter} · {price.effective_on.isoformat()}"
        return [Row(label, before=str(before) if before else "", after=str(price))]


class MeterRows(ReadOnlyRows):
    model = Meter
    fields = ("code", "unit_ko", "unit_en")


@admin.register(Service)
class ServiceAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_ko", "name_en", "category", "is_listed", "position")
    list_filter = ("category", "is_listed")
    search_fields = ("code", "name_ko", "name_en")
    inlines = (MeterRows,)


@admin.register(Price)
class PriceAdmin(ServiceActionAdmin):
    list_display = ("meter", "currency", "shown_price", "per", "effective_on", "set_by", "reason")
    list_filter = ("currency", "meter__service", "effective_on")
    list_select_related = ("meter__service", "set_by")
    list_verbs = (SetPrice,)

    @admin.display(description=gettext_lazy("price"), ordering="unit_price")
    def shown_price(self, price: Price) -> SafeString:
        return cells.cell("money", value=price.unit_price, currency=price.currency, is_exact=True)
